import { isDeleted, type Row } from '../state/row.ts';
import type { SimulatorState } from '../state/state.ts';
import { type Rule, rulesIn } from './rule.ts';

/** A policy that applies to a user: through a role, or through a team, which has no role. */
export interface Grant {
  readonly role?: string;
  readonly policy: string;
  readonly rules: readonly Rule[];
}

/**
 * The policies of a user, in the order in which the server evaluates them: those of the user's roles, of inherited roles and
 * of teams up to the Organization. Bots inherit nothing from teams.
 */
export function grantsOf(user: Row, state: SimulatorState): readonly Grant[] {
  const roles = [...rolesOf(user, state), ...inheritedRolesOf(user, state)];
  const ofRoles = roles.flatMap((role) => policiesOf(role, state).map((policy) => grant(policy, role.name)));
  if (user.json['isBot'] === true) return ofRoles;
  const ofTeams = lineage(teamsOf(user, state), state).flatMap((team) => policiesOf(team, state));
  return [...ofRoles, ...ofTeams.map((policy) => grant(policy))];
}

/** The roles of a user, by name. */
export function rolesOf(user: Row, state: SimulatorState): readonly Row[] {
  return rowsOf(user.json['roleIds'], state.access.roles).sort(byName);
}

/** The roles that a user inherits from the teams and the teams above them; none for bots. */
export function inheritedRolesOf(user: Row, state: SimulatorState): readonly Row[] {
  return user.json['isBot'] === true ? [] : defaultRolesOf(teamsOf(user, state), state);
}

/** The default roles of teams and of all teams above them, nearest first. */
export function defaultRolesOf(teams: readonly Row[], state: SimulatorState): readonly Row[] {
  return [...new Set(lineage(teams, state).flatMap((team) => rowsOf(team.json['defaultRoleIds'], state.access.roles)))];
}

/** The teams directly above a team; the Organization when there are no others. */
export function parentsOf(team: Row, state: SimulatorState): readonly Row[] {
  if (team.id === state.organization.id) return [];
  const parents = (state.parents.get(team.id) ?? []).flatMap((id) => state.teams.byId(id) ?? []);
  return parents.length === 0 ? [state.organization] : parents;
}

/** The policies of a role or a team, by name. */
export function policiesOf(holder: Row, state: SimulatorState): readonly Row[] {
  return rowsOf(holder.json['policyIds'], state.access.policies).sort(byName);
}

function grant(policy: Row, role?: string): Grant {
  return { ...(role === undefined ? {} : { role }), policy: policy.name, rules: rulesIn(policy.json) };
}

function teamsOf(user: Row, state: SimulatorState): readonly Row[] {
  const teams = [...state.memberships.teamsOf(user.id)].flatMap((id) => state.teams.byId(id) ?? []);
  const live = teams.filter((team) => !isDeleted(team)).sort(byName);
  return live.length === 0 ? [state.organization] : live;
}

/** Teams, each followed by the teams above it. */
function lineage(teams: readonly Row[], state: SimulatorState): readonly Row[] {
  return [...new Set(teams.flatMap((team) => [team, ...lineage(parentsOf(team, state), state)]))];
}

function rowsOf(ids: unknown, table: { byId(id: string): Row | undefined }): Row[] {
  return Array.isArray(ids) ? ids.flatMap((id) => table.byId(String(id)) ?? []) : [];
}

function byName(left: Row, right: Row): number {
  return left.name < right.name ? -1 : 1;
}
