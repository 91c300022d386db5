import {
  type Collate,
  type Operation,
  administrationOperations as rows,
  type User,
} from '@scim-gateway/collate-client';
import {
  type Bot,
  defaultBotRole,
  type JsonPatch,
  type Policy,
  type Role,
  type UserId,
} from '@scim-gateway/collate-client/model';
import { CommandError } from '../command-error.ts';
import { permitAll, policyName, type Recipe, roleName } from './recipe.ts';

/** One change that brings Collate closer to the recipe. */
export interface Step {
  /** What it does, in the past tense. */
  readonly done: string;
  /** The call as text, for an operator to review or to make. */
  readonly call: string;
  run(): Promise<void>;
}

/** What Collate has of the recipe. */
interface Found {
  readonly policy: Policy | undefined;
  readonly role: Role | undefined;
  readonly user: User | undefined;
  readonly bot: Bot | undefined;
}

/** The ids of what exists, or has been made by an earlier step. */
interface Ids {
  policy: string;
  role: string;
  /** Undefined until the user has been made. */
  user: UserId | undefined;
}

/**
 * The changes that Collate needs, in their order; none when everything is there.
 *
 * @throws CommandError when the name belongs to something else.
 */
export async function planBot(recipe: Recipe, collate: Collate): Promise<readonly Step[]> {
  const { administration, users } = collate;
  const found: Found = {
    policy: await administration.findPolicy(policyName),
    role: await administration.findRole(roleName),
    user: await users.find(recipe.name, { fields: ['roles'], include: 'all' }),
    bot: await administration.findBot(recipe.name),
  };
  assertUsable(recipe, found);
  const ids: Ids = {
    policy: found.policy?.id ?? `{id of ${policyName}}`,
    role: found.role?.id ?? `{id of ${roleName}}`,
    user: found.user?.id,
  };
  return [
    ...planPolicy(recipe, found, collate, ids),
    ...planRole(found, collate, ids),
    ...planUser(recipe, found, collate, ids),
    ...planBotEntity(recipe, found, collate),
    ...planRemoval(recipe, found, collate, ids),
  ];
}

function assertUsable({ name }: Recipe, { user, bot }: Found): void {
  const advice = 'Choose another one with --name.';
  if (user !== undefined && !user.isBot)
    throw new CommandError(`Collate has a user "${name}" who is no bot. ${advice}`);
  if (user?.deleted === true)
    throw new CommandError(`The bot's user "${name}" is deleted. Restore it in Collate, or choose another --name.`);
  if (bot !== undefined && bot.botUser.id !== user?.id)
    throw new CommandError(`Collate's bot "${name}" acts as the user "${bot.botUser.name ?? ''}". ${advice}`);
}

function planPolicy({ rule }: Recipe, { policy }: Found, { administration }: Collate, ids: Ids): readonly Step[] {
  const body = { name: policyName, rules: [rule] };
  if (policy === undefined) {
    const run = async () => {
      ids.policy = (await administration.createPolicy(body)).id;
    };
    return [{ done: `created the policy ${policyName}`, call: toCall(rows.createPolicy, {}, body), run }];
  }
  if (permitAll(policy.rules, rule)) return [];
  const index = policy.rules.findIndex(({ name }) => name === rule.name);
  const patch: JsonPatch = [
    index < 0
      ? { op: 'add', path: `/rules/${policy.rules.length}`, value: rule }
      : { op: 'replace', path: `/rules/${index}`, value: rule },
  ];
  const call = toCall(rows.patchPolicy, { id: policy.id }, patch);
  return [
    { done: `completed the policy ${policyName}`, call, run: () => administration.patchPolicy(policy.id, patch) },
  ];
}

function planRole({ role }: Found, { administration }: Collate, ids: Ids): readonly Step[] {
  const body = { name: roleName, policies: [policyName] };
  if (role === undefined) {
    const run = async () => {
      ids.role = (await administration.createRole(body)).id;
    };
    return [{ done: `created the role ${roleName}`, call: toCall(rows.createRole, {}, body), run }];
  }
  if (role.policies.some(({ name }) => name === policyName)) return [];
  const patch = (): JsonPatch => [{ op: 'add', path: '/policies/-', value: { id: ids.policy, type: 'policy' } }];
  const call = toCall(rows.patchRole, { id: role.id }, patch());
  const run = () => administration.patchRole(role.id, patch());
  return [{ done: `gave the role ${roleName} its policy`, call, run }];
}

function planUser(recipe: Recipe, { user }: Found, collate: Collate, ids: Ids): readonly Step[] {
  const { name, email, lifetime } = recipe;
  if (user === undefined) {
    const authenticationMechanism = { authType: 'JWT', config: { JWTTokenExpiry: lifetime } };
    const body = { name, email, isBot: true, roles: [ids.role], authenticationMechanism };
    const run = async () => {
      ids.user = (await collate.administration.createBotUser({ name, email, roles: [ids.role], lifetime })).id;
    };
    return [{ done: `created the bot's user ${name}`, call: toCall(rows.createBotUser, {}, body), run }];
  }
  if (user.roles?.some((role) => role.name === roleName)) return [];
  const patch = (): JsonPatch => [{ op: 'add', path: '/roles/-', value: { id: ids.role, type: 'role' } }];
  const run = async () => {
    await collate.users.patch(user.id, patch());
  };
  return [{ done: `gave the bot's user the role ${roleName}`, call: toUserPatch(user.id, patch()), run }];
}

function planBotEntity({ name }: Recipe, { bot }: Found, { administration }: Collate): readonly Step[] {
  if (bot !== undefined) return [];
  const body = { name, botUser: name };
  const run = async () => {
    await administration.createBot(body);
  };
  return [{ done: `created the bot ${name}`, call: toCall(rows.createBot, {}, body), run }];
}

/** Servers give each new bot DefaultBotRole without saying so. A new user's roles are read when the step runs. */
function planRemoval({ name }: Recipe, { user }: Found, collate: Collate, ids: Ids): readonly Step[] {
  const known = user === undefined ? undefined : findDefaultRole(user);
  if (user !== undefined && known === undefined) return [];
  const run = async () => {
    if (ids.user === undefined) throw new TypeError('the step runs after the user has been made');
    const now = await collate.users.findById(ids.user, { fields: ['roles'] });
    const index = now === undefined ? undefined : findDefaultRole(now);
    if (index !== undefined) await collate.users.patch(ids.user, removalOf(index));
  };
  const call = toUserPatch(ids.user ?? `{id of ${name}}`, removalOf(known ?? '{its index}'));
  return [{ done: `took ${defaultBotRole} off the bot, where the server had given it`, call, run }];
}

function findDefaultRole({ roles = [] }: User): number | undefined {
  const index = roles.findIndex(({ name }) => name === defaultBotRole);
  return index < 0 ? undefined : index;
}

function removalOf(index: number | string): JsonPatch {
  return [
    { op: 'test', path: `/roles/${index}/name`, value: defaultBotRole },
    { op: 'remove', path: `/roles/${index}` },
  ];
}

function toUserPatch(id: string, patch: JsonPatch): string {
  return `PATCH /api/v1/users/${id} ${JSON.stringify(patch)}`;
}

function toCall({ method, path }: Operation, values: Readonly<Record<string, string>>, body: unknown): string {
  const filled = path.replace(/\{(\w+)\}/g, (_whole, name: string) => values[name] ?? name);
  return `${method} /api${filled} ${JSON.stringify(body)}`;
}
