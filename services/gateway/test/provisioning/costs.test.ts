import { groupResourceType, parseProjection, type Resource } from '@scim-gateway/scim';
import { describe, expect, it } from 'vitest';
import { patchOf } from '../support/fixtures.ts';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

const add = (ids: readonly string[]) => patchOf({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) });
const remove = (id: string) => patchOf({ op: 'remove', path: `members[value eq "${id}"]` });
const look = (filter: string) => ({ filter, startIndex: 1, count: 10, projection: {} });

/** The upstream calls of some work. */
async function calls(harness: ProvisioningHarness, work: () => Promise<unknown>): Promise<readonly string[]> {
  harness.simulator.clearCalls();
  await work();
  return harness.simulator.calls().map(({ method, path }) => `${method} ${path}`);
}

const writes = (made: readonly string[]) => made.filter((call) => !call.startsWith('GET'));
const listings = (made: readonly string[]) => made.filter((call) => call.startsWith('GET /api/v1/users?'));

/** Starts a harness with a created group of `members` members, and 300 users outside it. */
async function startGroup(generation: '1.12' | '2.0' | '1.1', members: number) {
  const harness = await startProvisioning({ simulator: { generation, users: members + 300, groups: 0 } });
  const state = harness.simulator.state();
  const ids = Array.from({ length: members + 300 }, (_, index) =>
    String(state.users.byName(`user${String(index + 1).padStart(5, '0')}`)?.id),
  );
  const group = await harness.createGroup('Finance');
  const id = String(group['id']);
  for (const user of ids.slice(0, members)) state.memberships.add(id, user);
  return { harness, id, outsiders: ids.slice(members), members: ids.slice(0, members) };
}

describe.each(['1.12', '2.0'] as const)('the upstream calls for groups on a server of generation %s', (generation) => {
  it('are three for adding or removing one member, in a group of any size', async () => {
    for (const size of [1, 2500]) {
      const { harness, id, outsiders } = await startGroup(generation, size);
      await using _bench = harness;
      const [ada = ''] = outsiders;
      const added = await calls(harness, () => harness.groups.patch(id, add([ada]), {}, harness.context));
      expect(added).toHaveLength(3);
      expect(harness.membersOf('finance')).toHaveLength(size + 1);
      const removed = await calls(harness, () => harness.groups.patch(id, remove(ada), {}, harness.context));
      expect(removed).toHaveLength(3);
      expect(harness.membersOf('finance')).toHaveLength(size);
    }
  });

  it('are five for adding 256 members with a warm index, of whom one is read to prove the index right', async () => {
    const { harness, id, outsiders } = await startGroup(generation, 10);
    await using _bench = harness;
    await harness.users.list(look('userName eq "unknown"'), harness.context);
    const made = await calls(harness, () =>
      harness.groups.patch(id, add(outsiders.slice(0, 256)), {}, harness.context),
    );
    expect(made.length).toBeLessThanOrEqual(5);
    expect(listings(made)).toEqual([]);
    expect(harness.membersOf('finance')).toHaveLength(266);
  });

  it('of a PUT read the members once and write the difference, and PUT answers what a GET answers', async () => {
    const { harness, id, outsiders } = await startGroup(generation, 20);
    await using _bench = harness;
    const before = await harness.groups.read(id, {}, harness.context);
    const idle = await calls(harness, () => harness.groups.replace(id, before, {}, harness.context));
    expect(idle).toHaveLength(2);
    expect(writes(idle)).toEqual([]);
    const [leaver, ...others] = before['members'] as readonly Resource[];
    const wanted = { ...before, members: [...others, { value: String(outsiders[0]) }] };
    let answer: Resource = {};
    const made = await calls(harness, async () => {
      answer = await harness.groups.replace(id, wanted, {}, harness.context);
    });
    expect(listings(made)).toHaveLength(1);
    expect(writes(made).map((call) => call.split('/').at(-1))).toEqual(['remove', 'add']);
    expect(harness.membersOf('finance')).toHaveLength(20);
    expect(JSON.stringify(answer)).not.toContain(String(leaver?.['value']));
    const shown = await harness.groups.read(id, {}, harness.context);
    expect((shown['meta'] as Resource)['version']).toBe((answer['meta'] as Resource)['version']);
    expect(shown['members']).toHaveLength(20);
    expect(new Set(answer['members'] as readonly Resource[])).toEqual(new Set(shown['members'] as readonly Resource[]));
  });

  it('of a change beyond the size of one request contain only the missing members', async () => {
    const { harness, id, members } = await startGroup(generation, 1200);
    await using _bench = harness;
    const state = harness.simulator.state();
    for (const user of members.slice(700)) state.memberships.delete(id, user);
    const made = await calls(harness, () => harness.groups.patch(id, add(members), {}, harness.context));
    expect(harness.membersOf('finance')).toHaveLength(1200);
    expect(writes(made)).toHaveLength(2);
  });

  it('add the other members when some were deleted or deactivated in Collate', async () => {
    const { harness, id, outsiders } = await startGroup(generation, 0);
    await using _bench = harness;
    await harness.users.list(look('userName eq "unknown"'), harness.context);
    const [removed = '', inactive = '', ...others] = outsiders.slice(0, 7);
    const state = harness.simulator.state();
    const [removedRow, inactiveRow] = [state.users.byId(removed), state.users.byId(inactive)];
    if (removedRow === undefined || inactiveRow === undefined) throw new Error('the users exist');
    state.removeUser(removedRow);
    inactiveRow.json = { ...inactiveRow.json, deleted: true };
    const { resource } = await harness.groups.patch(id, add([removed, inactive, ...others]), {}, harness.context);
    const shown = await harness.groups.read(id, {}, harness.context);
    expect(resource).toEqual(shown);
    const members = (shown['members'] as readonly Resource[]).map(({ value }) => value);
    expect(members.sort()).toEqual([inactive, ...others].sort());
    expect(harness.notices).toContainEqual({ kind: 'unknown-members-skipped', groupId: id, count: 1 });
  });
});

it('on generation 1.1 adding one member reads the user before and after the write', async () => {
  const { harness, id, outsiders } = await startGroup('1.1', 50);
  await using _bench = harness;
  const made = await calls(harness, () => harness.groups.patch(id, add(outsiders.slice(0, 1)), {}, harness.context));
  expect(writes(made)).toHaveLength(1);
  expect(made.filter((call) => call.includes('fields=teams'))).toHaveLength(2);
});

describe('the upstream calls for look-ups', () => {
  it('share one scan among concurrent look-ups, and are one for a known absence', async () => {
    await using harness = await startProvisioning({ simulator: { users: 2500, groups: 5 } });
    const unknown = Array.from({ length: 40 }, (_, index) => `unknown-${index}@example.com`);
    const first = await calls(harness, () =>
      Promise.all(unknown.map((name) => harness.users.list(look(`userName eq "${name}"`), harness.context))),
    );
    expect(listings(first)).toHaveLength(3);
    const next = await calls(harness, () => harness.users.list(look('userName eq "other@else"'), harness.context));
    expect(next).toHaveLength(1);
    expect(await calls(harness, () => harness.users.list(look('externalId eq "x"'), harness.context))).toEqual([]);
  });

  it('are one for reading a user', async () => {
    await using harness = await startProvisioning();
    const user = await harness.createUser({ userName: 'ada@example.com' });
    expect(await calls(harness, () => harness.users.read(String(user['id']), {}, harness.context))).toHaveLength(1);
  });

  it.each(['1.12', '2.0'] as const)(
    'are one for the POST of a user after its look-up (generation %s)',
    async (generation) => {
      await using harness = await startProvisioning({ simulator: { generation, users: 50, groups: 5 } });
      const user = { userName: 'ada@example.com', displayName: 'Ada', name: { givenName: 'Ada', familyName: 'Ada' } };
      await harness.users.list(look('userName eq "ada@example.com"'), harness.context);
      const made = await calls(harness, () => harness.createUser(user));
      expect(writes(made)).toHaveLength(1);
      // The answer is read back.
      expect(made).toHaveLength(2);
    },
  );

  it('are the names of the group in two spellings, and none when cached', async () => {
    await using harness = await startProvisioning({ simulator: { users: 5, groups: 5 } });
    await harness.groups.list(look('displayName eq "Nothing"'), harness.context);
    const projection = parseProjection({ excludedAttributes: 'members' }, groupResourceType);
    const query = { ...look('displayName eq "Data Science"'), projection };
    const find = () => harness.groups.list(query, harness.context);
    expect(await calls(harness, find)).toEqual([
      expect.stringContaining('/teams/name/data-science'),
      expect.stringContaining('/teams/name/Data%20Science'),
    ]);
    expect(await calls(harness, find)).toEqual([]);
    await harness.createGroup('Data Science');
    expect(await calls(harness, find)).toHaveLength(2);
    expect(await calls(harness, find)).toEqual([]);
  });

  it('of a POST of a group scan the teams once', async () => {
    await using harness = await startProvisioning({ simulator: { users: 5, groups: 5 } });
    await harness.groups.list(look('displayName eq "Data Science"'), harness.context);
    const made = await calls(harness, () => harness.createGroup('Data Science'));
    expect(made.filter((call) => call.startsWith('GET /api/v1/teams?'))).toHaveLength(1);
  });

  it('of a list of groups without members read no membership', async () => {
    await using harness = await startProvisioning({ simulator: { users: 50, groups: 20 } });
    const projection = parseProjection({ excludedAttributes: 'members' }, groupResourceType);
    const query = { startIndex: 1, count: 100, projection };
    await harness.groups.list(query, harness.context);
    const made = await calls(harness, () => harness.groups.list(query, harness.context));
    expect(made.filter((call) => call.includes('users'))).toEqual([]);
  });
});
