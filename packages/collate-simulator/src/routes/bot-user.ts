import { refuse, unhandled } from '../http/api-error.ts';
import type { Context } from '../http/context.ts';
import { isObject, type Json, type Row } from '../state/row.ts';
import { botOfUser } from './access.ts';
import { issueToken } from './tokens.ts';
import { accessIdsIn } from './validate.ts';

/** The roles of a user in a body; bots get DefaultBotRole besides. @throws ApiError 404 when a role does not exist. */
export function roleIdsOf(context: Context, body: Json): readonly string[] {
  const ids = accessIdsIn(context, 'role', body['roles']);
  const { state } = context;
  const given =
    isBot(body) && state.rules.givesDefaultBotRole ? state.access.roles.byName('DefaultBotRole') : undefined;
  return [...new Set(given === undefined ? ids : [given.id, ...ids])];
}

/** The roles of a bot after a PUT, which keeps those it has and adds DefaultBotRole again. */
export function botRoleIdsOf(context: Context, row: Row, body: Json): readonly string[] {
  const kept = Array.isArray(row.json['roleIds']) ? row.json['roleIds'].map(String) : [];
  return [...new Set([...roleIdsOf(context, body), ...kept])];
}

/** @throws ApiError when the body of a bot does not say how the bot proves who it is. */
export function assertMechanism({ state }: Context, body: Json): void {
  if (!isBot(body) || body['authenticationMechanism'] !== undefined) return;
  throw state.rules.generation === '1.1'
    ? refuse(400, `Authentication mechanism is empty bot user: [${String(body['name'])}]`)
    : unhandled(
        'Cannot invoke "org.openmetadata.schema.entity.teams.AuthenticationMechanism.getConfig()" because "authMechanism" is null',
      );
}

/** Gives a bot the token that the body asks for. @returns the mechanism with the token, for the answer to its creator. */
export function newMechanism(context: Context, row: Row, body: Json): Json {
  const { authenticationMechanism: mechanism } = body;
  if (!isBot(body) || !isObject(mechanism)) return {};
  return { authenticationMechanism: { config: issueToken(context, row, mechanism['config']), authType: 'JWT' } };
}

/** @throws ApiError 400 when a bot uses the user and the body does not name that bot. */
export function assertUnused({ state }: Context, row: Row, body: Json): void {
  const bot = botOfUser(state.access.bots.rows(), row.id);
  if (bot !== undefined && bot.name !== body['botName'])
    throw refuse(400, `Bot user [${row.name}] is already used by [${bot.name}] bot`);
}

function isBot(body: Json): boolean {
  return body['isBot'] === true;
}
