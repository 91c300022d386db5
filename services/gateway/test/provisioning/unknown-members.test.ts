import type { Resource } from '@scim-gateway/scim';
import { describe, expect, it } from 'vitest';
import { patchOf } from '../support/fixtures.ts';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

const add = (...ids: readonly string[]) =>
  patchOf({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) });
const members = (group: Resource | undefined) =>
  ((group?.['members'] ?? []) as readonly Resource[]).map(({ value }) => String(value)).sort();

/** Users that the index lists as active, some of whom are then deleted from Collate for good. */
async function createStale(harness: ProvisioningHarness, names: readonly string[], gone: readonly string[]) {
  const ids = new Map<string, string>();
  for (const name of names)
    ids.set(name, String((await harness.createUser({ userName: `${name}@example.com` }))['id']));
  const look = { filter: 'userName eq "unknown"', startIndex: 1, count: 1, projection: {} };
  await harness.users.list(look, harness.context);
  const state = harness.simulator.state();
  for (const name of gone) {
    const row = state.users.byId(ids.get(name) ?? '');
    if (row !== undefined) state.removeUser(row);
  }
  return (...wanted: readonly string[]) => wanted.map((name) => ids.get(name) ?? '');
}

describe.each(['1.12', '2.0'] as const)('ids that no user has, on a server of generation %s', (generation) => {
  const settings = { cacheTtlMs: 60_000 };

  it('are removed again at once when the server stored them, counted, and the answer shows the members', async () => {
    await using harness = await startProvisioning({ simulator: { generation }, settings });
    const pick = await createStale(harness, ['ada', 'bob', 'cyd', 'dee'], ['bob', 'dee']);
    const id = String((await harness.createGroup('Finance'))['id']);
    const { resource } = await harness.groups.patch(id, add(...pick('ada', 'bob', 'cyd', 'dee')), {}, harness.context);
    expect(members(resource)).toEqual(pick('ada', 'cyd').sort());
    expect(harness.simulator.dump().ghosts).toEqual([]);
    expect(harness.membersOf('finance')).toEqual(['ada', 'cyd']);
    expect(harness.notices).toContainEqual({ kind: 'unknown-members-skipped', groupId: id, count: 2 });
    // The index has learned of them: nothing is stored any more.
    harness.writes();
    await harness.groups.patch(id, add(...pick('bob', 'ada', 'dee')), {}, harness.context);
    expect(harness.writes()).toEqual([]);
  });

  it('refuse a POST, a PATCH and an adoption of which they are all members, and nothing is written', async () => {
    await using harness = await startProvisioning({ simulator: { generation }, settings });
    const pick = await createStale(harness, ['ada', 'bob', 'cyd'], ['ada', 'bob', 'cyd']);
    const all = pick('ada', 'bob', 'cyd');
    const id = String((await harness.createGroup('Finance'))['id']);
    const team = harness.simulator.state().insertTeam({ name: 'Legal', teamType: 'Group' }, 'admin');
    harness.writes();
    const refusal = { status: 400, scimType: 'invalidValue' };
    const values = all.map((value) => ({ value }));
    await expect(harness.createGroup('Sales', values)).rejects.toMatchObject(refusal);
    await expect(harness.createGroup('Legal', values)).rejects.toMatchObject(refusal);
    await expect(harness.groups.patch(id, add(...all), {}, harness.context)).rejects.toMatchObject(refusal);
    await expect(harness.groups.patch(team.id, add(...all), {}, harness.context)).rejects.toMatchObject(refusal);
    expect(harness.writes()).toEqual([]);
  });

  it('are removed where a server has them as members, by a request that lists all members or removes them', async () => {
    await using harness = await startProvisioning({ simulator: { generation }, settings });
    const ada = String((await harness.createUser({ userName: 'ada@example.com' }))['id']);
    const id = String((await harness.createGroup('Finance', [{ value: ada }]))['id']);
    const [old, other] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'];
    for (const ghost of [old, other]) harness.simulator.state().memberships.add(id, ghost);
    expect(harness.simulator.dump().ghosts).toHaveLength(2);
    const all = { displayName: 'Finance', members: [{ value: ada }, { value: old }] };
    expect(members(await harness.groups.replace(id, all, {}, harness.context))).toEqual([ada]);
    expect(harness.simulator.dump().ghosts).toMatchObject([{ userId: other }]);
    await harness.groups.patch(
      id,
      patchOf({ op: 'remove', path: `members[value eq "${other}"]` }),
      {},
      harness.context,
    );
    expect(harness.simulator.dump().ghosts).toEqual([]);
    expect(harness.membersOf('finance')).toEqual(['ada']);
  });

  it('deleted users whom the index lists as active do not stay members', async () => {
    await using harness = await startProvisioning({ simulator: { generation }, settings });
    const pick = await createStale(harness, ['ada', 'bob', 'cyd'], []);
    const [gone = ''] = pick('cyd');
    await harness.users.remove(gone, harness.context);
    const setDeleted = (deleted: boolean) => {
      const row = harness.simulator.state().users.byId(gone);
      if (row !== undefined) row.json = { ...row.json, deleted, updatedAt: Date.now() + 10 };
    };
    // A creation whose answer is lost expires the index; the next scan finds the user active.
    setDeleted(false);
    harness.simulator.arm([{ match: 'POST /api/v1/users', when: 'after', reset: true }]);
    await expect(harness.createUser({ userName: 'dee@example.com' })).rejects.toMatchObject({ status: 503 });
    harness.simulator.clearFaults();
    await harness.createUser({ userName: 'eve@example.com' });
    setDeleted(true);
    const id = String((await harness.createGroup('Finance'))['id']);
    const { resource } = await harness.groups.patch(id, add(...pick('ada', 'bob', 'cyd')), {}, harness.context);
    expect(members(resource)).toEqual(pick('ada', 'bob').sort());
    expect(harness.membersOf('finance')).toEqual(['ada', 'bob']);
  });

  it('refuse a strict request as soon as one is among its members, and nothing is written', async () => {
    await using harness = await startProvisioning({ simulator: { generation }, settings });
    const pick = await createStale(harness, ['ada', 'bob', 'cyd'], ['cyd']);
    const id = String((await harness.createGroup('Finance'))['id']);
    harness.writes();
    await expect(harness.groups.patch(id, add(...pick('ada', 'bob', 'cyd')), {}, harness.strict)).rejects.toMatchObject(
      { status: 400 },
    );
    expect(harness.writes()).toEqual([]);
  });

  it('a crash after the server stored one is healed by the repetition', async () => {
    await using harness = await startProvisioning({ simulator: { generation }, settings });
    const pick = await createStale(harness, ['ada', 'bob', 'cyd'], ['cyd']);
    const id = String((await harness.createGroup('Finance'))['id']);
    const patch = () => harness.groups.patch(id, add(...pick('ada', 'bob', 'cyd')), {}, harness.context);
    harness.simulator.arm([{ match: 'assets/remove', when: 'before', reset: true }]);
    await expect(patch()).rejects.toMatchObject({ status: 503 });
    harness.simulator.clearFaults();
    await patch();
    expect(harness.simulator.dump().ghosts).toEqual([]);
    expect(harness.membersOf('finance')).toEqual(['ada', 'bob']);
  });
});
