import { expect, it } from 'vitest';
import { startProvisioning } from '../provisioning/provisioning-harness.ts';
import { patchOf } from '../support/fixtures.ts';

const alice = {
  userName: 'alice@contoso.example',
  externalId: 'a-1',
  displayName: 'Alice Anders',
  emails: [{ value: 'alice@contoso.example', type: 'work', primary: true }],
};
const bob = { userName: 'bob@contoso.example', displayName: 'Bob Berg', emails: [{ value: 'bob@contoso.example' }] };
const deactivate = patchOf({ op: 'replace', path: 'active', value: false });

it('SEC-R1: an externalId that equals the id of another user finds and changes only its own user', async () => {
  await using harness = await startProvisioning();
  const bobsId = String((await harness.createUser(bob))['id']);
  const own = await harness.createUser({ ...alice, externalId: bobsId });
  const query = { filter: `externalId eq "${bobsId}"`, startIndex: 1, count: 10, projection: {} };
  expect((await harness.users.list(query, harness.context)).resources.map(({ id }) => id)).toEqual([own['id']]);
  await harness.users.patch(bobsId, deactivate, {}, harness.context);
  expect(await harness.users.read(String(own['id']), {}, harness.context)).toMatchObject({ active: true });
});

it.each(['1', 'admin'])('SEC-R1: the externalId "%s" is not an id', async (externalId) => {
  await using harness = await startProvisioning();
  await harness.createUser({ ...alice, externalId });
  await expect(harness.users.read(externalId, {}, harness.context)).rejects.toMatchObject({ status: 404 });
});

it('SEC-R28: an e-mail address that Collate would lower-case into the address of another user is refused', async () => {
  await using harness = await startProvisioning();
  const odd = { userName: 'karl', emails: [{ value: '\u212aarl@contoso.example', type: 'work', primary: true }] };
  await expect(harness.createUser(odd)).rejects.toMatchObject({ status: 400, scimType: 'invalidValue' });
});

it('SEC-R10: a body that asks for administrator, bot, roles and policies gives none of them', async () => {
  await using harness = await startProvisioning();
  const greedy = {
    isAdmin: true,
    isBot: true,
    roles: [{ value: 'Admin' }],
    entitlements: [{ value: 'all' }],
    policies: ['OrganizationPolicy'],
  };
  const user = await harness.createUser({ ...alice, ...greedy });
  const add = { ...deactivate, Operations: [{ op: 'add', value: greedy }] };
  await harness.users.patch(String(user['id']), add, {}, harness.context);
  const stored = harness.simulator.state().users.byId(String(user['id']))?.json;
  expect([stored?.['isAdmin'] ?? false, stored?.['isBot'] ?? false, stored?.['roles'] ?? []]).toEqual([
    false,
    false,
    [],
  ]);
});

it('SEC-R23: a user in PROTECTED_USERS is neither deactivated nor deleted', async () => {
  await using harness = await startProvisioning({ settings: { protectedUsers: ['alice'] } });
  const id = String((await harness.createUser(alice))['id']);
  harness.writes();
  await expect(harness.users.patch(id, deactivate, {}, harness.context)).rejects.toMatchObject({ status: 403 });
  await expect(harness.users.remove(id, harness.context)).rejects.toMatchObject({ status: 403 });
  expect(harness.writes(), 'upstream writes').toEqual([]);
});

it('SEC-R22: a team that GROUP_ADOPTION excludes is not changed', async () => {
  await using harness = await startProvisioning({
    simulator: { groups: 1 },
    settings: { groupAdoption: { kind: 'never' } },
  });
  const [team] = harness.simulator.dump().teams.filter(({ teamType }) => teamType === 'Group');
  const member = String((await harness.createUser(alice))['id']);
  harness.writes();
  const add = { ...deactivate, Operations: [{ op: 'add', path: 'members', value: [{ value: member }] }] };
  await expect(harness.groups.patch(String(team?.['id']), add, {}, harness.context)).rejects.toMatchObject({
    status: 403,
  });
  expect(harness.writes(), 'upstream writes').toEqual([]);
});

it.each([
  ['a zero-width space', 'Alice\u200bAnders'],
  ['a right-to-left override', 'Alice\u202eAnders'],
  ['a control character', 'Alice\u0007Anders'],
])('SEC-R28: a display name with %s is refused', async (_name, displayName) => {
  await using harness = await startProvisioning();
  await expect(harness.createUser({ ...alice, displayName })).rejects.toMatchObject({
    status: 400,
    scimType: 'invalidValue',
  });
});
