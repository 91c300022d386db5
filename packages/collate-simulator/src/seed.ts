import { createHash } from 'node:crypto';
import { gatewayBot } from './http/authenticate.ts';
import { type BotRights, operationsOfBot, plantGatewayRole } from './rights/bot-rights.ts';
import { plantAccess } from './seeded-access.ts';
import { bootstrapChange, type SimulatorState } from './state/state.ts';

/** The initial data of a simulator. */
export interface Seed {
  readonly users: number;
  readonly groups: number;
  /** Determines the ids: equal seeds give equal ids. */
  readonly seed: number;
  readonly bot: BotRights;
}

/** The ids of the Organization and the administrator, which every new server has. */
export function bootstrapIds(seed: number): { readonly organization: string; readonly admin: string } {
  return { organization: uuid(seed, 'organization', 0), admin: uuid(seed, 'admin', 0) };
}

/** Inserts policies, roles and bots, then users and groups, each group with up to three members. */
export function plant(state: SimulatorState, { users, groups, seed, bot: rights }: Seed): void {
  plantAccess(state, (kind, name) => uuid(seed, `${kind}/${name}`, 0));
  const roleIds = (...names: readonly string[]) => names.flatMap((name) => state.access.roles.byName(name)?.id ?? []);
  const bot = (name: string, ids: readonly string[]) =>
    state.insertUser(
      {
        name,
        email: `${name}@example.com`,
        isBot: true,
        isAdmin: false,
        ...bootstrapChange(state.rules.generation),
        roleIds: ids,
      },
      'admin',
      uuid(seed, name, 0),
    );
  if (rights !== 'none') {
    const role = plantGatewayRole(state, { operations: operationsOfBot(rights), idOf: (kind) => uuid(seed, kind, 0) });
    bot(gatewayBot, rights === 'default-role' ? [...roleIds('DefaultBotRole'), role] : [role]);
  }
  bot('ingestion-bot', []);
  // The product's own bot for SCIM may not read or write users and teams.
  if (state.rules.hasDocumentStore) bot('scim-bot', roleIds('ScimBotRole'));
  for (let index = 1; index <= users; index += 1) {
    const name = `user${String(index).padStart(5, '0')}`;
    state.insertUser(
      { name, email: `${name}@example.com`, displayName: `User ${String(index).padStart(5, '0')}`, isAdmin: false },
      name,
      uuid(seed, 'user', index),
    );
  }
  for (let index = 1; index <= groups; index += 1) {
    const name = `group-${String(index).padStart(5, '0')}`;
    const row = state.insertTeam({ name, displayName: name, teamType: 'Group' }, 'admin', uuid(seed, 'group', index));
    for (let member = 0; member < Math.min(3, users); member += 1)
      state.memberships.add(row.id, uuid(seed, 'user', ((index * 3 + member) % users) + 1));
  }
}

/** A UUID determined by the arguments. */
function uuid(seed: number, kind: string, index: number): string {
  const hex = createHash('md5').update(`${seed}/${kind}/${index}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
