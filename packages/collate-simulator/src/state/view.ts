import { createHash } from 'node:crypto';
import { defaultRolesOf, inheritedRolesOf, parentsOf, policiesOf, rolesOf } from '../rights/grants.ts';
import { isDeleted, isObject, type Json, type Row } from './row.ts';
import type { SimulatorState } from './state.ts';

/** The data and the base URL from which an entity's API form is built. */
export interface View {
  readonly state: SimulatorState;
  readonly base: string;
}

/** A user in its API form, with the relations named in `fields`. */
export function showUser(row: Row, fields: ReadonlySet<string>, view: View): Json {
  const { json } = row;
  return {
    ...pickShown(json, hiddenUserFields, fields),
    href: `${view.base}/api/v1/users/${row.id}`,
    ...(fields.has('teams') ? { teams: teamsOf(row, view) } : {}),
    ...(fields.has('roles') ? { roles: roleRefs(rolesOf(row, view.state), view) } : {}),
    ...(fields.has('roles') || fields.has('inheritedRoles') ? inheritedOf(row, view) : {}),
    ...(fields.has('authenticationMechanism') ? mechanismOf(row) : {}),
    ...(fields.has('owns') ? { owns: json['owns'] ?? [] } : {}),
    ...(fields.has('follows') ? { follows: [] } : {}),
    ...(fields.has('personas') ? { personas: [], inheritedPersonas: [] } : {}),
    ...(fields.has('domains') ? { domains: [] } : {}),
  };
}

/** A team in its API form, with the relations named in `fields`. */
export function showTeam(row: Row, fields: ReadonlySet<string>, view: View): Json {
  const { state } = view;
  const zero = state.rules.countsAreZero ? { userCount: 0, childrenCount: 0 } : {};
  return {
    ...pickShown(row.json, hiddenTeamFields, fields),
    ...zero,
    href: `${view.base}/api/v1/teams/${row.id}`,
    ...(fields.has('parents') ? { parents: parentRefs(row, view) } : {}),
    ...(fields.has('children') ? { children: childRefs(row, view) } : {}),
    ...(fields.has('users') ? { users: userRefs(row, view) } : {}),
    ...(fields.has('childrenCount') ? { childrenCount: view.state.childrenOf(row.id).length } : {}),
    ...(fields.has('userCount') ? { userCount: countUsers(row, view) } : {}),
    ...(fields.has('defaultRoles') ? teamRoles(row, view) : {}),
    ...(fields.has('policies') ? { policies: policyRefs(row, view) } : {}),
    ...(fields.has('owns') ? { owns: [] } : {}),
    ...(fields.has('owners') ? { owners: [] } : {}),
    ...(fields.has('domains') ? { domains: [] } : {}),
  };
}

/** A reference to an entity, in its API form. */
export function reference(row: Row, type: 'user' | 'team' | 'role' | 'policy', view: View): Json {
  const { json } = row;
  const optional = (name: string) => (json[name] === undefined || json[name] === null ? {} : { [name]: json[name] });
  return {
    id: row.id,
    type,
    name: row.name,
    fullyQualifiedName: json['fullyQualifiedName'],
    ...optional('description'),
    ...(view.state.rules.showsAllProperties
      ? { displayName: json['displayName'] ?? row.name }
      : optional('displayName')),
    deleted: isDeleted(row),
    href: `${view.base}/api/v1/${type === 'policy' ? 'policies' : `${type}s`}/${row.id}`,
  };
}

/** Lists of references without the description of those that a write has added: the server looks it up on reads only. */
export function withoutNewDescriptions(shown: Json, before: Json, fields: readonly string[]): Json {
  const ids = (value: unknown) => (Array.isArray(value) ? value.map((item) => item?.id) : []);
  const lists = fields.flatMap((field) => {
    const list = shown[field];
    if (!Array.isArray(list)) return [];
    const known = ids(before[field]);
    return [[field, list.map((item) => (known.includes(item.id) ? item : { ...item, description: undefined }))]];
  });
  return { ...shown, ...Object.fromEntries(lists) };
}

/** References to a user's teams that are not deleted; to the Organization when there are no such teams. */
export function teamsOf(row: Row, view: View): readonly Json[] {
  const { state } = view;
  const teams = byName([...state.memberships.teamsOf(row.id)].flatMap((id) => state.teams.byId(id) ?? [])).filter(
    (team) => !isDeleted(team),
  );
  const shown = teams.filter((team) => team !== state.organization);
  return (shown.length === 0 ? [state.organization] : shown).map((team) => reference(team, 'team', view));
}

/** The strong entity tag of an entity: it changes with each write of the entity, and not with its relations. */
export function entityTag({ id, version, updatedAt }: Json): string {
  return `"${createHash('sha256')
    .update(JSON.stringify([id, version, updatedAt]))
    .digest('hex')
    .slice(0, 16)}"`;
}

const hiddenUserFields = new Map([
  ['profile', 'profile'],
  ['isEmailVerified', 'isEmailVerified'],
  ['owns', 'owns'],
  ['authenticationMechanism', ''],
  ['roleIds', ''],
]);

const hiddenTeamFields = new Map([
  ['profile', 'profile'],
  ['defaultRoleIds', ''],
  ['policyIds', ''],
]);

function pickShown(json: Json, hidden: ReadonlyMap<string, string>, fields: ReadonlySet<string>): Json {
  return Object.fromEntries(
    Object.entries(json).filter(([name, value]) => {
      if (value === undefined || value === null) return false;
      const needed = hidden.get(name);
      return needed === undefined || fields.has(needed);
    }),
  );
}

/** Bots inherit no roles; generation 1.1 leaves the empty list out. */
function inheritedOf(row: Row, view: View): Json {
  if (row.json['isBot'] === true && view.state.rules.generation === '1.1') return {};
  return { inheritedRoles: roleRefs(inheritedRolesOf(row, view.state), view) };
}

function roleRefs(roles: readonly Row[], view: View): readonly Json[] {
  return roles.map((role) => reference(role, 'role', view));
}

function policyRefs(row: Row, view: View): readonly Json[] {
  return policiesOf(row, view.state).map((policy) => reference(policy, 'policy', view));
}

function teamRoles(row: Row, view: View): Json {
  const { state } = view;
  return {
    defaultRoles: roleRefs(ownRoles(row, view), view),
    inheritedRoles: roleRefs(defaultRolesOf(parentsOf(row, state), state), view).map((role) =>
      state.rules.showsAllProperties ? { ...role, href: undefined } : role,
    ),
  };
}

function ownRoles(row: Row, { state }: View): readonly Row[] {
  const ids = Array.isArray(row.json['defaultRoleIds']) ? row.json['defaultRoleIds'] : [];
  return byName(ids.flatMap((id) => state.access.roles.byId(String(id)) ?? []));
}

/** How a bot proves who it is, with its token as the server encrypts it. */
function mechanismOf({ json: { authenticationMechanism: stored } }: Row): Json {
  if (!isObject(stored)) return {};
  const config = isObject(stored['config']) ? stored['config'] : {};
  return { authenticationMechanism: { config: { JWTToken: 'fernet:simulated', ...config }, authType: 'JWT' } };
}

function parentRefs(row: Row, view: View): readonly Json[] {
  return byName(parentsOf(row, view.state)).map((parent) => reference(parent, 'team', view));
}

function childRefs(row: Row, view: View): readonly Json[] {
  return byName(
    view.state.childrenOf(row.id).filter((child) => view.state.rules.listsDeletedMembers || !isDeleted(child)),
  ).map((child) => reference(child, 'team', view));
}

function userRefs(row: Row, view: View): readonly Json[] {
  const { state } = view;
  const users = [...state.memberships.usersOf(row.id)].flatMap((id) => state.users.byId(id) ?? []);
  const shown = state.rules.listsDeletedMembers ? users : users.filter((user) => !isDeleted(user));
  return byName(shown).map((user) => reference(user, 'user', view));
}

/** The number of distinct users of a team and of all teams below it, deleted ones and ghosts included. */
export function countUsers(row: Row, view: View): number {
  return usersBelow(row, view).size;
}

function usersBelow(row: Row, view: View): ReadonlySet<string> {
  const users = new Set(view.state.memberships.usersOf(row.id));
  for (const child of view.state.childrenOf(row.id)) {
    if (!isDeleted(child)) for (const user of usersBelow(child, view)) users.add(user);
  }
  return users;
}

function byName(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((left, right) => (left.name < right.name ? -1 : 1));
}
