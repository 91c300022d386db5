import type { SimulatorState } from '../state/state.ts';
import { type Rule, rulesIn } from './rule.ts';

/** Operations by resource, such as `{ document: ['ViewAll'] }`. */
export type Operations = Readonly<Record<string, readonly string[]>>;

/**
 * What the bot that owns the simulator's token may do. `full`: everything that the gateway needs. `default-role`: the same, with
 * the DefaultBotRole that a server gives to each new bot. `none`: there is no such bot. Else: these operations only.
 */
export type BotRights = 'full' | 'default-role' | 'none' | Operations;

const whole = ['Create', 'Delete', 'EditAll', 'ViewAll'];
const full: Operations = { user: whole, team: whole, document: whole };

/** The name of the gateway bot's policy. */
const policyName = 'ScimGatewayPolicy';

/** The operations that the gateway bot's own policy allows. */
export function operationsOfBot(rights: Exclude<BotRights, 'none'>): Operations {
  return typeof rights === 'string' ? full : rights;
}

/** Inserts the policy and the role of the gateway bot. @returns the role's id. */
export function plantGatewayRole(
  state: SimulatorState,
  { operations, idOf }: { readonly operations: Operations; readonly idOf: (kind: string) => string },
): string {
  const fields = { description: 'gateway', provider: 'user' };
  const rules = rulesOf(operations);
  const policy = state.insertAccess(
    'policy',
    { name: policyName, ...fields, enabled: true, rules },
    'admin',
    idOf('policy'),
  );
  const role = { name: 'ScimGatewayRole', ...fields, policyIds: [policy.id] };
  return state.insertAccess('role', role, 'admin', idOf('role')).id;
}

/** Replaces what the gateway bot's policy allows on the named resources; the others keep their operations. */
export function allowBot(state: SimulatorState, operations: Operations): void {
  const policy = state.access.policies.byName(policyName);
  if (policy === undefined) throw new Error(`There is no ${policyName}, because the simulator started without a bot.`);
  const kept = rulesIn(policy.json).filter(
    ({ resources }) => !resources.some((name) => Object.hasOwn(operations, name)),
  );
  policy.json = { ...policy.json, rules: [...kept, ...rulesOf(operations)] };
}

function rulesOf(operations: Operations): readonly Rule[] {
  return Object.entries(operations).map(([resource, names]) => ({
    name: `Gateway-${resource}`,
    effect: 'allow',
    operations: [...names].sort(),
    resources: [resource],
  }));
}
