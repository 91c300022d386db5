import { notFound, refuse } from '../http/api-error.ts';
import type { Actor, Context } from '../http/context.ts';
import { isDeleted, type Row } from '../state/row.ts';
import { grantsOf } from './grants.ts';
import { coversOperation, coversResource, type Rule } from './rule.ts';

/** The object of a call: a resource, and the entity when the call names one. */
export interface Target {
  readonly resource: string;
  readonly row?: Row | undefined;
}

/**
 * Evaluates the policies of the actor: a matching deny rule refuses the call, and each operation needs an allow rule.
 * Administrators may do everything.
 *
 * @throws ApiError 403 in the words of the server.
 */
export function assertMay(context: Context, target: Target, ...operations: readonly string[]): void {
  const { actor, state } = context;
  const user = knownCaller(context);
  if (actor.isAdmin) return;
  const principal = `Principal: CatalogPrincipal{name='${actor.name}'}`;
  const grants = grantsOf(user, state);
  const rules = grants.flatMap((grant) =>
    grant.rules
      .filter((rule) => coversResource(rule, target.resource) && isMet(rule, actor, target))
      .map((rule) => ({ grant, rule })),
  );
  for (const { grant, rule } of rules.filter(({ rule: { effect } }) => effect === 'deny')) {
    const denied = operations.find((operation) => coversOperation(rule, operation));
    if (denied === undefined) continue;
    const reason = `role ${String(grant.role ?? null)}, policy ${grant.policy}, rule ${rule.name}`;
    throw refuse(403, `${principal} operation ${denied} denied by ${reason}`);
  }
  const missing = operations.filter(
    (operation) => !rules.some(({ rule }) => rule.effect === 'allow' && coversOperation(rule, operation)),
  );
  if (missing.length > 0) throw refuse(403, `${principal} operations [${missing.join(', ')}] not allowed`);
}

/** @throws ApiError 403 unless the actor is an administrator. */
export function assertAdmin(context: Context): void {
  knownCaller(context);
  const { name, isAdmin } = context.actor;
  if (!isAdmin) throw refuse(403, `Principal: CatalogPrincipal{name='${name}'} is not admin`);
}

/**
 * The user that the actor is. Later generations accept a deleted user for two minutes, unless it is a bot.
 *
 * @throws ApiError 404 when the server does not know the actor.
 */
export function knownCaller({ actor, state }: Context): Row {
  const { row, name } = actor;
  const remembers = state.rules.generation !== '1.1';
  const isKnown = row !== undefined && (remembers ? state.recentCallers.knows(row) : !isDeleted(row));
  if (row === undefined || !isKnown) throw notFound('user', state.qualify(name));
  return row;
}

/** Whether a rule's condition holds. Users own themselves; no other entity of the simulator has an owner. */
export function isMet({ condition }: Rule, actor: Actor, { resource, row }: Target): boolean {
  const isOwn = resource === 'user' && row !== undefined && row === actor.row;
  if (condition === undefined) return true;
  if (condition === 'isOwner()') return isOwn;
  return condition === 'noOwner()' && row !== undefined && resource !== 'user';
}
