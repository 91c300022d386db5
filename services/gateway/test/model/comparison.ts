import type { Answer, ReplicasHarness, TestGateway } from '../support/replicas-harness.ts';
import { type ModelUser, type Reference, type Team, visibleTeams, visibleUsers } from './reference.ts';

/** On a busy machine the hasty gateway may miss its deadline. */
const readAttempts = 10;

type Json = Readonly<Record<string, unknown>>;

/** The differences of Collate and a gateway's answers from the reference, as text. Call it when no call is running. */
export async function compare(
  reference: Reference,
  harness: ReplicasHarness,
  gateway: TestGateway,
): Promise<readonly string[]> {
  return [...compareCollate(reference, harness), ...(await compareScim(reference, gateway))];
}

function compareCollate(reference: Reference, harness: ReplicasHarness): readonly string[] {
  const dump = harness.simulator.dump();
  const people = new Map([...reference.people.values()].map((person) => [person.id, person]));
  const users = dump.users.filter(({ isBot, name }) => isBot !== true && name !== 'admin');
  const nameOf = (displayName: unknown) => (reference.renames ? displayName : 'of any name');
  const teams = new Set(liveTeams(reference).map(({ id }) => id));
  const memberships = dump.memberships as unknown as readonly { readonly teamId: string; readonly userId: string }[];
  return [
    ...differ(
      'users in Collate',
      users.map((user) => collateUser(String(user['id']), user['deleted'] !== true, nameOf(user['displayName']))),
      [...people.values()].map(({ id, state, displayName }) =>
        collateUser(id, state === 'active', nameOf(displayName)),
      ),
      reference,
    ),
    ...differ(
      'groups in Collate',
      dump.teams
        .filter(({ teamType, deleted }) => teamType === 'Group' && deleted !== true)
        .map(({ id, displayName }) => `${String(id)} ${String(displayName)}`),
      liveTeams(reference).map(({ id, collateName }) => `${id} ${collateName}`),
      reference,
    ),
    ...dump.ghosts.map(({ team, userId }) => `${team} has a member with the id ${userId}, which no user has`),
    ...differ(
      'memberships in Collate',
      memberships.filter(({ teamId }) => teams.has(teamId)).map(({ teamId, userId }) => `${teamId} ${userId}`),
      liveTeams(reference).flatMap(({ id, members }) => [...members].map((member) => `${id} ${member}`)),
      reference,
    ),
  ];
}

/** The display name of an inactive user may be pending, so only that of SCIM is compared. */
function collateUser(id: string, active: boolean, displayName: unknown): string {
  return `${id} ${active ? `active ${String(displayName)}` : 'inactive'}`;
}

function liveTeams({ teams }: Reference): readonly Team[] {
  return [...teams.values()].filter(({ state }) => state !== 'deleted');
}

async function compareScim(reference: Reference, gateway: TestGateway): Promise<readonly string[]> {
  const [users, groups] = await Promise.all([
    resources(gateway, '/Users?count=200'),
    resources(gateway, '/Groups?count=200'),
  ]);
  const shownUsers = users.filter(({ userName }) => !String(userName).startsWith('admin'));
  const wrong = [
    ...differ('users in SCIM', shownUsers.map(scimUser), visibleUsers(reference).map(expectedUser), reference),
    ...differ('groups in SCIM', groups.map(scimGroup), visibleTeams(reference).map(expectedGroup), reference),
  ];
  const deleted = [
    ...[...reference.people.values()].flatMap(({ id, state }) => (state === 'deleted' ? [`/Users/${id}`] : [])),
    ...[...reference.teams.values()].flatMap(({ id, state }) => (state === 'live' ? [] : [`/Groups/${id}`])),
  ];
  const last = deleted.at(-1);
  if (last !== undefined) {
    const { status } = await read(gateway, last);
    if (status !== 404) wrong.push(named(`GET ${last} of a deleted resource answered ${status}`, reference));
  }
  return wrong;
}

async function resources(gateway: TestGateway, path: string): Promise<readonly Json[]> {
  const { status, body } = await read(gateway, path);
  const list = (body as { readonly Resources?: unknown } | undefined)?.Resources;
  if (status !== 200 || !Array.isArray(list)) throw new Error(`GET ${path} answered ${status}`);
  return list;
}

async function read(gateway: TestGateway, path: string): Promise<Answer> {
  let answer = await gateway.ask(['GET', path]);
  for (let attempt = 1; answer.status === 503 && attempt < readAttempts; attempt += 1)
    answer = await gateway.ask(['GET', path]);
  return answer;
}

function scimUser(user: Json): string {
  const name = (user['name'] ?? {}) as Json;
  return [
    user['id'],
    user['userName'],
    user['externalId'],
    user['displayName'],
    user['active'],
    name['givenName'],
    name['familyName'],
  ].join(' | ');
}

function expectedUser(person: ModelUser): string {
  const { id, userName, externalId, displayName, state, givenName, familyName } = person;
  return [id, userName, externalId, displayName, state === 'active', givenName, familyName].join(' | ');
}

function scimGroup(group: Json): string {
  const members = (group['members'] ?? []) as readonly Json[];
  const ids = members.map(({ value }) => String(value)).sort();
  return `${String(group['id'])} ${String(group['displayName'])}: ${ids.join(' ')}`;
}

function expectedGroup({ id, displayName, members }: Team): string {
  return `${id} ${displayName}: ${[...members].sort().join(' ')}`;
}

function differ(
  what: string,
  actual: readonly string[],
  expected: readonly string[],
  reference: Reference,
): readonly string[] {
  const [is, shall] = [new Set(actual), new Set(expected)];
  return [
    ...actual.filter((text) => !shall.has(text)).map((text) => `${what}: wrong: ${named(text, reference)}`),
    ...expected.filter((text) => !is.has(text)).map((text) => `${what}: missing: ${named(text, reference)}`),
  ];
}

/** The text with addresses and names in place of ids. */
export function named(text: string, { people, teams }: Reference): string {
  return text.replace(
    /[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g,
    (id) => people.get(id)?.email ?? teams.get(id)?.collateName ?? id,
  );
}
