import type { Resource } from '@scim-gateway/scim';
import { describe, expect, it } from 'vitest';
import { patchOf } from '../support/fixtures.ts';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

const active = (value: boolean) => patchOf({ op: 'replace', path: 'active', value });
const change = (op: 'add' | 'remove', ...ids: readonly string[]) =>
  patchOf({ op, path: 'members', value: ids.map((value) => ({ value })) });
const members = (group: Resource) =>
  ((group['members'] ?? []) as readonly Resource[]).map(({ value }) => String(value)).sort();

/** Ada, who is inactive, and bob, who is active. */
async function createUsers(harness: ProvisioningHarness) {
  const [ada = '', bob = ''] = await Promise.all(
    ['ada', 'bob'].map(async (name) => String((await harness.createUser({ userName: `${name}@example.com` }))['id'])),
  );
  await harness.users.patch(ada, active(false), {}, harness.context);
  return { ada, bob };
}

describe.each(['1.12', '2.0'] as const)('an inactive member on a server of generation %s', (generation) => {
  it('is added and removed at once, without a document', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const { ada } = await createUsers(harness);
    const id = String((await harness.createGroup('Finance'))['id']);
    harness.writes();
    await harness.groups.patch(id, change('add', ada), {}, harness.context);
    expect(harness.membersOf('finance')).toEqual(['ada']);
    expect(members(await harness.groups.read(id, {}, harness.context))).toEqual([ada]);
    await harness.groups.patch(id, change('remove', ada), {}, harness.context);
    expect(harness.membersOf('finance')).toEqual([]);
    expect(harness.writes()).toEqual([
      'PUT /api/v1/teams/finance/assets/add',
      'PUT /api/v1/teams/finance/assets/remove',
    ]);
  });

  it('leaves with all others when the group is deleted, and is not back when the group is created again', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const { ada, bob } = await createUsers(harness);
    const id = String((await harness.createGroup('Finance', [{ value: ada }, { value: bob }]))['id']);
    await harness.groups.remove(id, harness.context);
    expect(harness.membersOf('finance')).toEqual([]);
    expect(await harness.createGroup('Finance', [{ value: bob }])).toMatchObject({ id });
    await harness.users.patch(ada, active(true), {}, harness.context);
    expect(harness.membersOf('finance')).toEqual(['bob']);
  });

  it('is among exactly the members of a POST that restores the group', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const { ada, bob } = await createUsers(harness);
    const id = String((await harness.createGroup('Finance', [{ value: bob }]))['id']);
    await harness.groups.remove(id, harness.context);
    // A membership that Collate stores for the deleted team.
    harness.simulator.state().memberships.add(id, bob);
    const group = await harness.createGroup('Finance', [{ value: ada }]);
    expect(members(group)).toEqual([ada]);
    expect(harness.membersOf('finance')).toEqual(['ada']);
  });

  it('leaves its groups when the user is deleted, so that no later restoration brings access back', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const { ada } = await createUsers(harness);
    await harness.createGroup('Finance', [{ value: ada }]);
    await harness.users.remove(ada, harness.context);
    expect(harness.membersOf('finance')).toEqual([]);
  });

  it('stays a member in SCIM if the server refuses the change, which waits for the reactivation', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const { ada, bob } = await createUsers(harness);
    const id = String((await harness.createGroup('Finance'))['id']);
    harness.simulator.arm([{ match: '/assets/', when: 'before', status: 404, times: 1 }]);
    await harness.groups.patch(id, change('add', ada, bob), {}, harness.context);
    expect(harness.membersOf('finance')).toEqual(['bob']);
    expect(members(await harness.groups.read(id, {}, harness.context))).toEqual([ada, bob].sort());
    expect(harness.notices).toContainEqual({ kind: 'membership-waits', userId: ada });
    await harness.users.patch(ada, active(true), {}, harness.context);
    expect(harness.membersOf('finance')).toEqual(['ada', 'bob']);
  });

  it('deactivated in Collate while a change was pending is removed for good by a bulk removal', async () => {
    await using harness = await startProvisioning({ simulator: { generation }, settings: { cacheTtlMs: 60_000 } });
    const { ada, bob } = await createUsers(harness);
    const cyd = String((await harness.createUser({ userName: 'cyd@example.com' }))['id']);
    const id = String((await harness.createGroup('Finance'))['id']);
    harness.simulator.arm([{ match: '/assets/', when: 'before', status: 404, times: 1 }]);
    await harness.groups.patch(id, change('add', ada), {}, harness.context);
    await harness.groups.patch(id, change('remove', ada, bob, cyd), {}, harness.context);
    await harness.users.patch(ada, active(true), {}, harness.context);
    expect(harness.membersOf('finance')).toEqual([]);
  });
});

describe('an inactive member on a server that can neither change nor remember the membership', () => {
  const start = () => startProvisioning({ simulator: { generation: '1.1' } });

  it('is refused when added, also beside others and in a POST, and nothing is written', async () => {
    await using harness = await start();
    const { ada, bob } = await createUsers(harness);
    const id = String((await harness.createGroup('Finance'))['id']);
    harness.writes();
    const refusal = { status: 400, scimType: 'invalidValue' };
    await expect(harness.groups.patch(id, change('add', ada), {}, harness.context)).rejects.toMatchObject(refusal);
    await expect(harness.groups.patch(id, change('add', bob, ada), {}, harness.context)).rejects.toMatchObject(refusal);
    await expect(harness.createGroup('Sales', [{ value: ada }, { value: bob }])).rejects.toMatchObject(refusal);
    expect(harness.writes()).toEqual([]);
  });

  it('is refused when removed alone; beside other changes the answer shows it, and a notice counts it', async () => {
    await using harness = await start();
    const { ada, bob } = await createUsers(harness);
    await harness.users.patch(ada, active(true), {}, harness.context);
    const id = String((await harness.createGroup('Finance', [{ value: ada }, { value: bob }]))['id']);
    await harness.users.patch(ada, active(false), {}, harness.context);
    await expect(harness.groups.patch(id, change('remove', ada), {}, harness.context)).rejects.toMatchObject({
      status: 400,
    });
    const { resource } = await harness.groups.patch(id, change('remove', ada, bob), {}, harness.context);
    expect(members(resource ?? {})).toEqual([ada]);
    expect(harness.notices).toContainEqual({ kind: 'removal-not-kept', userId: ada });
    expect(harness.membersOf('finance')).toEqual(['ada']);
  });

  it('a group that was emptied is not taken for a new one: its name posted again is 409', async () => {
    await using harness = await start();
    const { bob } = await createUsers(harness);
    const id = String((await harness.createGroup('Finance', [{ value: bob }]))['id']);
    await harness.groups.patch(id, patchOf({ op: 'replace', path: 'members', value: [] }), {}, harness.context);
    await expect(harness.createGroup('Finance', [{ value: bob }])).rejects.toMatchObject({ status: 409 });
    expect(harness.membersOf('finance')).toEqual([]);
  });
});
