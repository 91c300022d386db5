import { createHash } from 'node:crypto';
import { isDeleted, type Json, type Row } from './row.ts';
import type { SimulatorState } from './state.ts';

/** The data and the base URL from which an entity's API form is built. */
export interface View {
  readonly state: SimulatorState;
  readonly base: string;
}

/** The role that every user inherits from the Organization. */
export const defaultRole: Json = {
  id: 'f3ad6e93-0dba-4507-8b83-82749152b2da',
  type: 'role',
  name: 'DataConsumer',
  fullyQualifiedName: 'DataConsumer',
  description: 'Users with Data Consumer role use different data assets for their day to day work.',
  displayName: 'Data Consumer',
  deleted: false,
};

/** A user in its API form, with the relations named in `fields`. */
export function showUser(row: Row, fields: ReadonlySet<string>, view: View): Json {
  const { json } = row;
  return {
    ...pickShown(json, hiddenUserFields, fields),
    href: `${view.base}/api/v1/users/${row.id}`,
    ...(fields.has('teams') ? { teams: teamsOf(row, view) } : {}),
    ...(fields.has('roles') ? rolesOf(row, view) : {}),
    ...inheritedOf(row, fields, view),
    ...(fields.has('owns') ? { owns: json['owns'] ?? [] } : {}),
    ...(fields.has('follows') ? { follows: [] } : {}),
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
    ...(fields.has('parents') ? { parents: isOrganization(row) ? [] : parentRefs(row, view) } : {}),
    ...(fields.has('children') ? { children: childRefs(row, view) } : {}),
    ...(fields.has('users') ? { users: userRefs(row, view) } : {}),
    ...(fields.has('childrenCount') ? { childrenCount: view.state.childrenOf(row.id).length } : {}),
    ...(fields.has('userCount') ? { userCount: countUsers(row, view).size } : {}),
    ...(fields.has('defaultRoles') ? teamRoles(row, view) : {}),
    ...(fields.has('policies') ? { policies: row.json['policies'] ?? [] } : {}),
    ...(fields.has('owns') ? { owns: [] } : {}),
  };
}

/** A reference to an entity, in its API form. */
export function reference(row: Row, type: 'user' | 'team', view: View): Json {
  const { json } = row;
  const optional = (name: string) => (json[name] === undefined || json[name] === null ? {} : { [name]: json[name] });
  return {
    id: row.id,
    type,
    name: row.name,
    fullyQualifiedName: json['fullyQualifiedName'],
    ...optional('description'),
    ...optional('displayName'),
    deleted: isDeleted(row),
    href: `${view.base}/api/v1/${type}s/${row.id}`,
  };
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

/** The strong entity tag of an entity in its API form. */
export function entityTag(shown: Json): string {
  return `"${createHash('sha256').update(JSON.stringify(shown)).digest('hex').slice(0, 16)}"`;
}

const hiddenUserFields = new Map([
  ['profile', 'profile'],
  ['isEmailVerified', 'isEmailVerified'],
  ['owns', 'owns'],
  ['authenticationMechanism', 'authenticationMechanism'],
  ['roleIds', ''],
]);

const hiddenTeamFields = new Map([
  ['profile', 'profile'],
  ['defaultRoles', 'defaultRoles'],
  ['policies', 'policies'],
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

function inheritedOf(row: Row, fields: ReadonlySet<string>, view: View): Json {
  return fields.has('inheritedRoles') && row.json['isBot'] !== true ? { inheritedRoles: [roleRef(view)] } : {};
}

function rolesOf(row: Row, view: View): Json {
  const ids: readonly unknown[] = Array.isArray(row.json['roleIds']) ? row.json['roleIds'] : [];
  const found = ids.map((id) => view.state.access.get(String(id)));
  const roles = found.filter((role) => role !== undefined).map((role) => ({ ...role, type: 'role' }));
  return row.json['isBot'] === true ? { roles } : { roles, inheritedRoles: [roleRef(view)] };
}

function teamRoles(row: Row, view: View): Json {
  const isRoot = isOrganization(row);
  const own = row.json['defaultRoles'] ?? (isRoot ? [roleRef(view)] : []);
  return { defaultRoles: own, inheritedRoles: isRoot ? [] : [roleRef(view)] };
}

function isOrganization(row: Row): boolean {
  return row.json['teamType'] === 'Organization';
}

function roleRef(view: View): Json {
  return { ...defaultRole, href: `${view.base}/api/v1/roles/${String(defaultRole['id'])}` };
}

function parentRefs(row: Row, view: View): readonly Json[] {
  const ids = view.state.parents.get(row.id) ?? [];
  const parents = ids.length === 0 ? [view.state.organization] : ids.flatMap((id) => view.state.teams.byId(id) ?? []);
  return byName(parents).map((parent) => reference(parent, 'team', view));
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

/** The ids of the distinct users of a team and of all teams below it. */
function countUsers(row: Row, view: View): ReadonlySet<string> {
  const users = new Set(view.state.memberships.usersOf(row.id));
  for (const child of view.state.childrenOf(row.id)) {
    if (!isDeleted(child)) for (const user of countUsers(child, view)) users.add(user);
  }
  return users;
}

function byName(rows: readonly Row[]): readonly Row[] {
  return [...rows].sort((left, right) => (left.name < right.name ? -1 : 1));
}
