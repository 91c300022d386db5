import { refuse } from '../http/api-error.ts';
import type { Context } from '../http/context.ts';
import type { Json, Row } from '../state/row.ts';

const parentTypes: Readonly<Record<string, readonly string[]>> = {
  Group: ['Department', 'Division', 'BusinessUnit', 'Organization'],
  Department: ['Department', 'Division', 'BusinessUnit', 'Organization'],
  Division: ['Division', 'BusinessUnit', 'Organization'],
  BusinessUnit: ['BusinessUnit', 'Organization'],
};

/** @throws ApiError 400 when the type of a team forbids its parents or children. */
export function assertHierarchy(body: Json, parents: readonly Row[], children: readonly Row[]): void {
  const type = String(body['teamType'] ?? 'Group');
  const name = String(body['name']);
  if (type === 'Organization')
    throw refuse(400, "Only one Organization is allowed. New Organization type can't be created");
  if ((type === 'Division' || type === 'BusinessUnit') && parents.length > 1)
    throw refuse(400, `Team of type ${type} can have only 1 parents`);
  const badParent = parents.find((parent) => !parentTypes[type]?.includes(String(parent.json['teamType'])));
  if (badParent !== undefined) {
    throw refuse(
      400,
      `Team ${badParent.name} of type ${String(badParent.json['teamType'])} can't be of parent of team ${name} of type ${type}`,
    );
  }
  if (type === 'Group' && children.length > 0)
    throw refuse(
      400,
      "Team of type Group can't have children of type team. Only users are allowed as part of the team",
    );
  const badChild = children.find((child) => !parentTypes[String(child.json['teamType'])]?.includes(type));
  if (badChild !== undefined) {
    throw refuse(
      400,
      `Team ${name} of type ${type} can't have child team ${badChild.name} of type ${String(badChild.json['teamType'])}`,
    );
  }
}

/** @throws ApiError 400 when users join a team whose type forbids users, where the server refuses that. */
export function assertMayJoin({ state }: Context, team: Row, users: readonly string[]): void {
  const present = state.memberships.usersOf(team.id);
  const joins = users.some((user) => !present.has(user));
  if (joins && team.json['teamType'] !== 'Group' && state.rules.refusesNonGroup === 'every-addition') {
    throw refuse(400, 'Direct users can only be assigned to teams of type Group');
  }
}
