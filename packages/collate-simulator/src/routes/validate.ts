import { ApiError, notFound, refuse, unhandled } from '../http/api-error.ts';
import type { Context } from '../http/context.ts';
import type { Json, Row } from '../state/row.ts';
import { assertSchema } from './schemas.ts';

const knownUserProperties = [
  'authenticationMechanism',
  'isAdmin',
  'profile',
  'name',
  'displayName',
  'createPasswordType',
  'botName',
  'teams',
  'timezone',
  'password',
  'description',
  'isBot',
  'confirmPassword',
  'email',
  'roles',
];
const knownTeamProperties = [
  'users',
  'profile',
  'name',
  'displayName',
  'isJoinable',
  'policies',
  'owner',
  'teamType',
  'email',
  'children',
  'parents',
  'description',
  'defaultRoles',
];
const laterUserProperties = [
  'externalId',
  'scimUserName',
  'personas',
  'defaultPersona',
  'domains',
  'domain',
  'extension',
];
const laterTeamProperties = ['externalId', 'owners', 'domains', 'domain', 'defaultPersona'];
const teamTypes = new Set(['Organization', 'BusinessUnit', 'Division', 'Department', 'Group']);

/** The body of a creation as an object, its property names known. @throws ApiError as Jackson words it. */
export function createBody(context: Context, type: 'user' | 'team'): Json {
  const className = type === 'user' ? 'CreateUser' : 'CreateTeam';
  const { body } = context;
  if (body === undefined || body === null) {
    throw unhandled(
      `Cannot invoke "org.openmetadata.schema.api.teams.${className}.getName()" because "create" is null`,
    );
  }
  if (typeof body === 'string')
    throw refuse(
      400,
      `Cannot construct instance of \`org.openmetadata.schema.api.teams.${className}\` (although at least one Creator exists): no String-argument constructor`,
    );
  if (typeof body !== 'object' || Array.isArray(body)) {
    throw refuse(
      400,
      `Cannot deserialize value of type \`org.openmetadata.schema.api.teams.${className}\` from Array value (token \`JsonToken.START_ARRAY\`)`,
    );
  }
  assertKnown(body as Json, className, knownProperties(context, type));
  // Constraints of text have words of their own; everything else is as the schema says.
  if (context.state.rules.hasExternalId)
    assertSchema(
      `api/teams/create${type === 'user' ? 'User' : 'Team'}.json`,
      withoutText(body as Json, type),
      'query param ',
    );
  return body as Json;
}

/** The body with stand-ins for what `assertConstraints` judges. */
function withoutText(body: Json, type: 'user' | 'team'): Json {
  return type === 'team'
    ? { teamType: 'Group', ...body, name: 'x' }
    : { ...body, name: 'x', email: 'someone@example.com' };
}

function knownProperties(context: Context, type: 'user' | 'team'): readonly string[] {
  const known = type === 'user' ? knownUserProperties : knownTeamProperties;
  if (!context.state.rules.hasExternalId) return known;
  return [...known, ...(type === 'user' ? laterUserProperties : laterTeamProperties)];
}

function assertKnown(body: Json, className: string, known: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const names = known.map((name) => `"${name}"`).join(', ');
  throw refuse(
    400,
    `Unrecognized field "${unknown}" (class org.openmetadata.schema.api.teams.${className}), not marked as ignorable (${known.length} known properties: ${names})`,
  );
}

/** @throws ApiError 400 with every violated constraint, in no fixed order. */
export function assertConstraints(context: Context, type: 'user' | 'team', body: Json): void {
  const { rules } = context.state;
  const name = type === 'user' ? rules.userName : rules.teamName;
  const violations = textViolations('name', body['name'], name.pattern, name.source, 1, name.max);
  const needsEmail = type === 'user' || body['email'] !== undefined;
  if (needsEmail) violations.push(...emailViolations(body['email'], rules.era));
  if (violations.length === 0) return;
  const shuffled = context.state.clock() % 2 === 0 ? violations : violations.reverse();
  throw refuse(400, `[${shuffled.map((violation) => `${rules.violationPrefix}${violation}`).join(', ')}]`);
}

/** What is wrong with an e-mail; nothing is checked on PATCH, so that rows can become unreadable. */
export function emailViolations(email: unknown, era: string): string[] {
  const source = era === '1.1' ? '^\\S+@\\S+\\.\\S+$' : '^[\\S.!#$%&’*+/=?^_`{|}~-]+@\\S+\\.\\S+$';
  return textViolations('email', email, /^\S+@\S+\.\S+$/u, source, 6, 127);
}

function textViolations(
  field: string,
  value: unknown,
  pattern: RegExp,
  source: string,
  min: number,
  max: number,
): string[] {
  if (value === undefined || value === null) return [`${field} must not be null`];
  const text = String(value);
  const length = text.length;
  return [
    ...(pattern.test(text) ? [] : [`${field} must match "${source}"`]),
    ...(length >= min && length <= max ? [] : [`${field} size must be between ${min} and ${max}`]),
  ];
}

/** @throws ApiError 400 */
export function assertTeamType(value: unknown): void {
  if (typeof value === 'string' && teamTypes.has(value)) return;
  throw refuse(
    400,
    `Cannot construct instance of \`org.openmetadata.schema.api.teams.CreateTeam$TeamType\`, problem: ${String(value)}`,
  );
}

const userProperties = new Set([
  'id',
  'name',
  'fullyQualifiedName',
  'description',
  'displayName',
  'version',
  'updatedAt',
  'updatedBy',
  'email',
  'href',
  'timezone',
  'isBot',
  'isAdmin',
  'isEmailVerified',
  'profile',
  'teams',
  'owns',
  'follows',
  'followers',
  'changeDescription',
  'deleted',
  'roles',
  'inheritedRoles',
  'authenticationMechanism',
  'roleIds',
]);
const teamProperties = new Set([
  'id',
  'teamType',
  'name',
  'fullyQualifiedName',
  'email',
  'displayName',
  'description',
  'version',
  'updatedAt',
  'updatedBy',
  'href',
  'parents',
  'children',
  'users',
  'childrenCount',
  'userCount',
  'owns',
  'owner',
  'owners',
  'isJoinable',
  'profile',
  'changeDescription',
  'deleted',
  'defaultRoles',
  'inheritedRoles',
  'policies',
]);

/** @throws ApiError 400 when a patched entity has a property that its class has not. */
export function assertKnownProperties({ state }: Context, type: 'user' | 'team', patched: Json): void {
  const known = type === 'user' ? userProperties : teamProperties;
  const later = state.rules.hasExternalId ? ['externalId', 'scimUserName'] : [];
  const unknown = Object.keys(patched).find((name) => !known.has(name) && !later.includes(name));
  if (unknown === undefined) return;
  const className = type === 'user' ? 'User' : 'Team';
  throw refuse(
    400,
    `Unrecognized field "${unknown}" (class org.openmetadata.schema.entity.teams.${className}), not marked as ignorable`,
  );
}

/** The entity that an item of a list of references points at. @throws ApiError as Jackson or the look-up words it. */
export function rowOfReference(context: Context, type: 'user' | 'team', item: unknown): Row {
  if (typeof item !== 'object' || item === null || !('id' in item)) {
    throw refuse(
      400,
      'Cannot construct instance of `org.openmetadata.schema.type.EntityReference` (although at least one Creator exists): no String-argument constructor/factory method',
    );
  }
  assertUuid(String(item.id));
  return rowOf(context, type, String(item.id));
}

/** @throws ApiError 400 as Jackson words it. */
export function assertUuid(value: string): void {
  if (/^[\da-f-]{36}$/i.test(value)) return;
  throw refuse(
    400,
    `Cannot deserialize value of type \`java.util.UUID\` from String "${value}": UUID has to be represented by standard 36-char representation`,
  );
}

/** The rows of an array of UUID strings. @throws ApiError 400 for anything else, 404 naming the referenced type. */
export function rowsOfIds(
  context: Context,
  values: unknown,
  type: 'user' | 'team',
  className: string,
  field: string,
): readonly Row[] {
  if (values === undefined || values === null) return [];
  if (!Array.isArray(values))
    throw refuse(400, `Cannot deserialize value of type \`java.util.ArrayList<java.util.UUID>\``);
  return values.map((value) => {
    if (typeof value !== 'string') {
      throw refuse(
        400,
        `Cannot deserialize value of type \`java.util.UUID\` from Object value (token \`JsonToken.START_OBJECT\`) (through reference chain: org.openmetadata.schema.api.teams.${className}["${field}"])`,
      );
    }
    assertUuid(value);
    return rowOf(context, type, value);
  });
}

/** @throws ApiError 404 */
export function rowOf(context: Context, type: 'user' | 'team', id: string): Row {
  const row = (type === 'user' ? context.state.users : context.state.teams).byId(id.toLowerCase());
  if (row === undefined) throw notFound(type, id);
  return row;
}

/** @throws ApiError 500 where PostgreSQL would: text columns hold no NUL. */
export function assertStorable(json: Json): void {
  // An escaped backslash before the escape makes it text.
  if (/(?<!\\)(?:\\\\)*\\u0000/.test(JSON.stringify(json)))
    throw unhandled('org.postgresql.util.PSQLException: ERROR: unsupported Unicode escape sequence');
}

/** @throws ApiError 429 without Retry-After, as a plan's limit answers. */
export function assertQuota(context: Context, count: number): void {
  if (count < context.settings.quota) return;
  throw new ApiError(429, { code: 429, message: 'You have reached the limit of your plan' });
}
