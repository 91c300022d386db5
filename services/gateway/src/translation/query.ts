import type { Filter } from '@scim-gateway/scim';

/** An equality that the names of entities or the index can answer without reading every resource. */
export interface Lookup<By extends string> {
  readonly by: By;
  readonly value: string;
}

export type UserLookup = Lookup<'id' | 'userName' | 'email' | 'externalId'>;
export type GroupLookup = Lookup<'id' | 'displayName' | 'externalId' | 'member'>;

/**
 * How a filter is answered: by a look-up if it contains one, else by a scan. Each candidate must match the residue. The
 * order of operands decides nothing.
 */
export interface QueryPlan<L> {
  readonly lookup: L | undefined;
  /** Undefined when the look-up alone decides. */
  readonly residue: Filter | undefined;
}

/** How a filter on users is answered. */
export interface UserQueryPlan extends QueryPlan<UserLookup> {
  /** The only value of `active` that a scan has to read; undefined for both. */
  readonly active: boolean | undefined;
}

/** Splits a filter on users into a look-up and a residue. */
export function planUserQuery(filter: Filter | undefined): UserQueryPlan {
  const plan = planQuery(filter, toUserLookup);
  if (plan.lookup !== undefined) return { ...plan, active: undefined };
  const operands = plan.residue?.kind === 'and' ? plan.residue.operands : [plan.residue];
  const active = operands.map(toActivity).find((value) => value !== undefined);
  const decides = active !== undefined && operands.length === 1;
  return { ...plan, active, residue: decides ? undefined : plan.residue };
}

/** Splits a filter on groups into a look-up and a residue. */
export function planGroupQuery(filter: Filter | undefined): QueryPlan<GroupLookup> {
  return planQuery(filter, toGroupLookup);
}

/** The attributes of look-ups. Of several in one filter the first in this order is chosen, not the first in the filter. */
const precedence = ['id', 'userName', 'externalId', 'email', 'displayName', 'member'] as const;

type Attribute = (typeof precedence)[number];

function planQuery<L extends Lookup<Attribute>>(
  filter: Filter | undefined,
  toLookup: (filter: Filter) => L | undefined,
): QueryPlan<L> {
  if (filter === undefined) return { lookup: undefined, residue: undefined };
  const operands = filter.kind === 'and' ? filter.operands : [filter];
  const lookups = operands.map(toLookup);
  const by = precedence.find((name) => lookups.some((lookup) => lookup?.by === name));
  const index = lookups.findIndex((lookup) => lookup !== undefined && lookup.by === by);
  const lookup = lookups[index];
  if (lookup === undefined) return { lookup: undefined, residue: filter };
  const rest = operands.filter((operand, position) => position !== index || demandsMore(operand));
  return { lookup, residue: rest.length > 1 ? { kind: 'and', operands: rest } : rest[0] };
}

/** Whether a filter that a look-up answers demands more than the look-up compares: the type of an e-mail. */
function demandsMore(filter: Filter): boolean {
  return filter.kind === 'valuePath' && filter.path.text === 'emails';
}

function toUserLookup(filter: Filter): UserLookup | undefined {
  if (filter.kind === 'valuePath') {
    const value = filter.path.text === 'emails' ? workEmail(filter.filter) : undefined;
    return value === undefined ? undefined : { by: 'email', value };
  }
  const equality = toEquality(filter);
  switch (equality?.path) {
    case 'id':
    case 'userName':
    case 'externalId':
      return { by: equality.path, value: equality.value };
    case 'emails':
    case 'emails.value':
      return { by: 'email', value: equality.value };
    default:
      return undefined;
  }
}

function toGroupLookup(filter: Filter): GroupLookup | undefined {
  if (filter.kind === 'valuePath') {
    const equality = filter.path.text === 'members' ? toEquality(filter.filter) : undefined;
    return equality?.attribute === 'value' ? { by: 'member', value: equality.value } : undefined;
  }
  const equality = toEquality(filter);
  switch (equality?.path) {
    case 'id':
    case 'displayName':
    case 'externalId':
      return { by: equality.path, value: equality.value };
    case 'members':
    case 'members.value':
      return { by: 'member', value: equality.value };
    default:
      return undefined;
  }
}

/** The value of `active` that a filter demands, if it demands nothing else. */
function toActivity(filter: Filter | undefined): boolean | undefined {
  if (filter?.kind !== 'compare' || filter.path.text !== 'active' || typeof filter.value !== 'boolean')
    return undefined;
  return filter.operator === 'eq' ? filter.value : !filter.value;
}

/** The address in `[type eq "work" and value eq "…"]`. */
function workEmail(filter: Filter): string | undefined {
  const operands = filter.kind === 'and' ? filter.operands : [filter];
  const equalities = operands.map(toEquality);
  const isWork = equalities.every(
    (equality) =>
      equality?.attribute === 'value' || (equality?.attribute === 'type' && equality.value.toLowerCase() === 'work'),
  );
  return isWork ? equalities.find((equality) => equality?.attribute === 'value')?.value : undefined;
}

function toEquality(filter: Filter): { path: string; attribute: string; value: string } | undefined {
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return undefined;
  return { path: filter.path.text, attribute: filter.path.attribute.name, value: filter.value };
}
