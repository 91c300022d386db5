import { expect, it } from 'vitest';
import { startBench } from '../provisioning/bench.ts';

const alice = {
  userName: 'alice@contoso.example',
  externalId: 'a-1',
  displayName: 'Alice Anders',
  emails: [{ value: 'alice@contoso.example', type: 'work', primary: true }],
};
const bob = { userName: 'bob@contoso.example', displayName: 'Bob Berg', emails: [{ value: 'bob@contoso.example' }] };
const deactivate = {
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'active', value: false }],
};

it('SEC-R1: an externalId that equals the id of another user finds and changes only its own user', async () => {
  await using bench = await startBench();
  const bobsId = String((await bench.createUser(bob))['id']);
  const own = await bench.createUser({ ...alice, externalId: bobsId });
  const query = { filter: `externalId eq "${bobsId}"`, startIndex: 1, count: 10, projection: {} };
  expect((await bench.users.list(query, bench.context)).resources.map(({ id }) => id)).toEqual([own['id']]);
  await bench.users.patch(bobsId, deactivate, {}, bench.context);
  expect(await bench.users.read(String(own['id']), {}, bench.context)).toMatchObject({ active: true });
});

it.each(['1', 'admin'])('SEC-R1: the externalId "%s" is not an id', async (externalId) => {
  await using bench = await startBench();
  await bench.createUser({ ...alice, externalId });
  await expect(bench.users.read(externalId, {}, bench.context)).rejects.toMatchObject({ status: 404 });
});

it('SEC-R10: a body that asks for administrator, bot, roles and policies gives none of them', async () => {
  await using bench = await startBench();
  const greedy = {
    isAdmin: true,
    isBot: true,
    roles: [{ value: 'Admin' }],
    entitlements: [{ value: 'all' }],
    policies: ['OrganizationPolicy'],
  };
  const user = await bench.createUser({ ...alice, ...greedy });
  const add = { ...deactivate, Operations: [{ op: 'add', value: greedy }] };
  await bench.users.patch(String(user['id']), add, {}, bench.context);
  const stored = bench.simulator.state().users.byId(String(user['id']))?.json;
  expect([stored?.['isAdmin'] ?? false, stored?.['isBot'] ?? false, stored?.['roles'] ?? []]).toEqual([
    false,
    false,
    [],
  ]);
});

it('SEC-R23: a user in PROTECTED_USERS is neither deactivated nor deleted', async () => {
  await using bench = await startBench({ settings: { protectedUsers: ['alice'] } });
  const id = String((await bench.createUser(alice))['id']);
  bench.writes();
  await expect(bench.users.patch(id, deactivate, {}, bench.context)).rejects.toMatchObject({ status: 403 });
  await expect(bench.users.remove(id, bench.context)).rejects.toMatchObject({ status: 403 });
  expect(bench.writes(), 'upstream writes').toEqual([]);
});

it('SEC-R22: a team that GROUP_ADOPTION excludes is not changed', async () => {
  await using bench = await startBench({ simulator: { groups: 1 }, settings: { groupAdoption: { kind: 'never' } } });
  const [team] = bench.simulator.dump().teams.filter(({ teamType }) => teamType === 'Group');
  const member = String((await bench.createUser(alice))['id']);
  bench.writes();
  const add = { ...deactivate, Operations: [{ op: 'add', path: 'members', value: [{ value: member }] }] };
  await expect(bench.groups.patch(String(team?.['id']), add, {}, bench.context)).rejects.toMatchObject({ status: 403 });
  expect(bench.writes(), 'upstream writes').toEqual([]);
});

it.each([
  ['a zero-width space', 'Alice\u200bAnders'],
  ['a right-to-left override', 'Alice\u202eAnders'],
  ['a control character', 'Alice\u0007Anders'],
])('SEC-R28: a display name with %s is refused', async (_name, displayName) => {
  await using bench = await startBench();
  await expect(bench.createUser({ ...alice, displayName })).rejects.toMatchObject({
    status: 400,
    scimType: 'invalidValue',
  });
});
