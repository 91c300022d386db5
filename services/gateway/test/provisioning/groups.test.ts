import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { patchOf } from '../support/fixtures.ts';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

const find = (displayName: string) => ({
  filter: `displayName eq "${displayName}"`,
  startIndex: 1,
  count: 100,
  projection: {},
});
const user = (name: string) => ({ userName: `${name}@contoso.example`, displayName: name });
const createUsers = async (harness: ProvisioningHarness, ...names: string[]) =>
  Promise.all(names.map(async (name) => String((await harness.createUser(user(name)))['id'])));
const ids = (members: unknown) => (Array.isArray(members) ? members.map((member) => member.value).sort() : []);
const add = (...members: string[]) =>
  patchOf({ op: 'Add', path: 'members', value: members.map((value) => ({ $ref: null, value })) });

describe.each(['1.1', '1.12', '2.0'] as const)('/Groups on a Collate server of generation %s', (generation) => {
  const remembers = generation !== '1.1';

  it('POST creates a team of type Group with its members, and refuses the same name again', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [ada = '', bob = ''] = await createUsers(harness, 'ada', 'bob');
    const group = await harness.createGroup('Data: Stewards/EU', [{ value: ada }, { value: bob }]);
    expect(ids(group['members'])).toEqual([ada, bob].sort());
    expect(harness.simulator.dump().teams.find(({ name }) => name === 'data-stewards-eu')).toMatchObject({
      teamType: 'Group',
      displayName: 'Data: Stewards/EU',
      parents: ['Organization'],
    });
    expect(harness.membersOf('data-stewards-eu')).toEqual(['ada', 'bob']);
    await expect(harness.createGroup('data: stewards/eu')).rejects.toMatchObject({
      status: 409,
      scimType: 'uniqueness',
    });
  });

  it('PATCH adds and removes just the named members, and answers without a body', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [ada = '', bob = '', cyd = ''] = await createUsers(harness, 'ada', 'bob', 'cyd');
    const id = String((await harness.createGroup('Finance', [{ value: ada }]))['id']);
    expect(await harness.groups.patch(id, add(bob, cyd), {}, harness.context)).toEqual({ resource: undefined });
    expect(harness.membersOf('finance')).toEqual(['ada', 'bob', 'cyd']);
    await harness.groups.patch(
      id,
      patchOf({ op: 'Remove', path: 'members', value: [{ $ref: null, value: bob }] }),
      {},
      harness.context,
    );
    await harness.groups.patch(id, patchOf({ op: 'remove', path: `members[value eq "${cyd}"]` }), {}, harness.context);
    expect(harness.membersOf('finance')).toEqual(['ada']);
  });

  it('a PATCH or PUT that is in effect already writes nothing', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [ada = ''] = await createUsers(harness, 'ada');
    const id = String((await harness.createGroup('Finance', [{ value: ada }]))['id']);
    harness.writes();
    await harness.groups.patch(id, add(ada), {}, harness.context);
    await harness.groups.replace(
      id,
      { schemas: [], displayName: 'Finance', members: [{ value: ada }] },
      {},
      harness.context,
    );
    expect(harness.writes()).toEqual([]);
  });

  it('PUT replaces the members, an empty list removes them all, and a body without members keeps them', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [ada = '', bob = ''] = await createUsers(harness, 'ada', 'bob');
    const id = String((await harness.createGroup('Finance', [{ value: ada }]))['id']);
    const put = (fields: object) =>
      harness.groups.replace(id, { schemas: [], displayName: 'Finance', ...fields }, {}, harness.context);
    expect(ids((await put({ members: [{ value: bob }] }))['members'])).toEqual([bob]);
    await put({});
    expect(harness.membersOf('finance')).toEqual(['bob']);
    await put({ members: [] });
    expect(harness.membersOf('finance')).toEqual([]);
  });

  it('two replicas that add and remove members lose no change, while both rename the same users', async () => {
    await using harness = await startProvisioning({ simulator: { generation, raceMs: 5 } });
    const names = Array.from({ length: 20 }, (_, index) => `p${String(index).padStart(2, '0')}`);
    const all = await createUsers(harness, ...names);
    const joined = String((await harness.createGroup('Finance'))['id']);
    const left = String(
      (
        await harness.createGroup(
          'Sales',
          all.map((value) => ({ value })),
        )
      )['id'],
    );
    const replicas = [harness, harness.twin()] as const;
    const inParts = [all.slice(0, 1), all.slice(1, 2), all.slice(2, 10), all.slice(10)];
    await Promise.all([
      ...all.flatMap((member, index) =>
        replicas.map(({ users }, replica) =>
          users.patch(
            member,
            patchOf({ op: 'replace', path: 'displayName', value: `User ${index} ${replica}` }),
            {},
            harness.context,
          ),
        ),
      ),
      ...inParts.flatMap((members, part) => [
        replicas[part % 2 === 0 ? 0 : 1].groups.patch(joined, add(...members), {}, harness.context),
        replicas[part % 2 === 0 ? 1 : 0].groups.patch(
          left,
          patchOf({ op: 'remove', path: 'members', value: members.map((value) => ({ value })) }),
          {},
          harness.context,
        ),
      ]),
    ]);
    expect(harness.membersOf('finance')).toEqual(names);
    expect(harness.membersOf('sales')).toEqual([]);
  });

  it('an existing team deep in the hierarchy is found by name, and PATCH changes only its members', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [ada = ''] = await createUsers(harness, 'ada');
    const state = harness.simulator.state();
    const unit = state.insertTeam({ name: 'Unit', teamType: 'BusinessUnit' }, 'admin');
    const department = state.insertTeam({ name: 'Dept', teamType: 'Department' }, 'admin');
    const team = state.insertTeam(
      { name: 'Stewards', displayName: 'Data Stewards', description: 'by hand', teamType: 'Group' },
      'admin',
    );
    state.parents.set(department.id, [unit.id]);
    state.parents.set(team.id, [department.id]);
    const before = harness.simulator.dump().teams.find(({ id }) => id === team.id);
    expect((await harness.groups.list(find('data stewards'), harness.context)).resources).toMatchObject([
      { id: team.id, displayName: 'Data Stewards' },
    ]);
    await harness.groups.patch(team.id, add(ada), {}, harness.context);
    expect(harness.membersOf('Stewards')).toEqual(['ada']);
    expect(harness.simulator.dump().teams.find(({ id }) => id === team.id)).toEqual(before);
  });

  it('repeating a POST that failed halfway leaves one complete group', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [ada = ''] = await createUsers(harness, 'ada');
    const create = () => harness.createGroup('Finance', [{ value: ada }]);
    // Without a document store the team is created with its members, so only the answer can be lost.
    const fault = remembers
      ? { match: 'PUT /api/v1/teams/finance/assets', when: 'before' as const, status: 500 }
      : { match: 'POST /api/v1/teams', when: 'after' as const, reset: true };
    harness.simulator.arm([fault]);
    await expect(create()).rejects.toMatchObject({ status: 503 });
    harness.simulator.clearFaults();
    if (remembers) expect(ids((await create())['members'])).toEqual([ada]);
    await expect(create()).rejects.toMatchObject({ status: 409 });
    expect(harness.membersOf('finance')).toEqual(['ada']);
    expect(harness.simulator.dump().teams.filter(({ displayName }) => displayName === 'Finance').length).toBe(1);
  });

  it('DELETE empties and deletes a created group, and the next POST restores it without these members', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [ada = '', bob = ''] = await createUsers(harness, 'ada', 'bob');
    const id = String((await harness.createGroup('Finance', [{ value: ada }]))['id']);
    await harness.groups.remove(id, harness.context);
    expect(harness.membersOf('finance')).toEqual([]);
    await expect(harness.groups.read(id, {}, harness.context)).rejects.toMatchObject({ status: 404 });
    expect((await harness.groups.list(find('Finance'), harness.context)).totalResults).toBe(0);
    const again = await harness.createGroup('Finance', [{ value: bob }]);
    expect(again['id']).toBe(id);
    expect(harness.membersOf('finance')).toEqual(['bob']);
  });

  it('renaming a created group changes the display name in Collate, and only the new name finds it', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const id = String((await harness.createGroup('Finance'))['id']);
    await harness.groups.patch(
      id,
      patchOf({ op: 'Replace', path: 'displayName', value: 'Treasury' }),
      {},
      harness.context,
    );
    expect((await harness.groups.list(find('treasury'), harness.context)).totalResults).toBe(1);
    expect((await harness.groups.list(find('Finance'), harness.context)).totalResults).toBe(0);
    expect(harness.simulator.dump().teams.find((team) => team['id'] === id)).toMatchObject({
      name: 'finance',
      displayName: 'Treasury',
    });
  });

  it('a rename waits for an earlier rename of the same group that takes long', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const id = String((await harness.createGroup('Finance'))['id']);
    const rename = (value: string) =>
      harness.groups.patch(id, patchOf({ op: 'replace', path: 'displayName', value }), {}, harness.context);
    harness.simulator.arm([{ match: 'PATCH /api/v1/teams', when: 'before', delay: 200, times: 1 }]);
    const first = rename('Money');
    await expect.poll(() => harness.simulator.struck()).toBe(1);
    await Promise.all([first, rename('Treasury')]);
    expect(harness.simulator.dump().teams.find(({ name }) => name === 'finance')).toMatchObject({
      displayName: 'Treasury',
    });
  });

  it('POST restores a deleted group although the answer to the restore is lost', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [ada = ''] = await createUsers(harness, 'ada');
    const id = String((await harness.createGroup('Finance', [{ value: ada }]))['id']);
    await harness.groups.remove(id, harness.context);
    harness.simulator.arm([{ match: 'PUT /api/v1/teams/restore', when: 'after', reset: true, times: 1 }]);
    expect(await harness.createGroup('Finance', [{ value: ada }])).toMatchObject({ id });
    expect(harness.membersOf('finance')).toEqual(['ada']);
  });

  it('POST gives the group another Collate name when a department has that name', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    harness.simulator.state().insertTeam({ name: 'finance', displayName: 'Finance', teamType: 'Department' }, 'admin');
    const group = await harness.createGroup('Finance');
    expect(harness.simulator.dump().teams.find(({ id }) => id === group['id'])).toMatchObject({
      name: 'finance-2',
      displayName: 'Finance',
      teamType: 'Group',
    });
  });

  it.runIf(remembers)(
    'POST of the name that an adopted team had before a provider renamed it creates a group',
    async () => {
      await using harness = await startProvisioning({ simulator: { generation } });
      const team = harness.simulator
        .state()
        .insertTeam({ name: 'legal', displayName: 'Legal', teamType: 'Group' }, 'admin');
      const renamed = patchOf({ op: 'replace', path: 'displayName', value: 'Law' });
      await harness.groups.patch(team.id, renamed, {}, harness.context);
      const group = await harness.createGroup('Legal');
      expect(group['id']).not.toBe(team.id);
      expect(await harness.groups.read(team.id, {}, harness.context)).toMatchObject({ displayName: 'Law' });
    },
  );

  it('PATCH skips unknown ids and answers the members, but refuses to add unknown ids only', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [ada = ''] = await createUsers(harness, 'ada');
    const unknown = '00000000-0000-4000-8000-000000000000';
    const id = String((await harness.createGroup('Finance'))['id']);
    const { resource } = await harness.groups.patch(id, add(ada, unknown), {}, harness.context);
    expect(ids(resource?.['members'])).toEqual([ada]);
    await expect(harness.groups.patch(id, add(unknown), {}, harness.context)).rejects.toMatchObject({
      status: 400,
      scimType: 'invalidValue',
    });
    await expect(harness.groups.patch(id, add(ada, unknown), {}, harness.strict)).rejects.toMatchObject({
      status: 400,
    });
    await harness.groups.patch(
      id,
      patchOf({ op: 'remove', path: `members[value eq "${unknown}"]` }),
      {},
      harness.context,
    );
  });

  it('SEC-R22: a list shows neither Organization nor other types of team; PATCH of the latter answers 404', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const row = harness.simulator.state().insertTeam({ name: 'Dept', teamType: 'Department' }, 'admin');
    expect(
      (await harness.groups.list({ startIndex: 1, count: 100, projection: {} }, harness.context)).totalResults,
    ).toBe(0);
    await expect(harness.groups.patch(row.id, add('x'), {}, harness.context)).rejects.toMatchObject({ status: 404 });
  });

  if (remembers)
    it('membership changes of inactive users are shown at once and applied on reactivation', async () => {
      await using harness = await startProvisioning({ simulator: { generation } });
      const [ada = '', bob = ''] = await createUsers(harness, 'ada', 'bob');
      const id = String((await harness.createGroup('Finance', [{ value: ada }]))['id']);
      for (const user of [ada, bob])
        await harness.users.patch(user, patchOf({ op: 'replace', path: 'active', value: false }), {}, harness.context);
      await harness.groups.patch(
        id,
        patchOf(
          { op: 'remove', path: `members[value eq "${ada}"]` },
          { op: 'add', path: 'members', value: [{ value: bob }] },
        ),
        {},
        harness.context,
      );
      expect(ids((await harness.groups.read(id, {}, harness.context))['members'])).toEqual([bob]);
      for (const user of [ada, bob])
        await harness.users.patch(user, patchOf({ op: 'replace', path: 'active', value: true }), {}, harness.context);
      expect(harness.membersOf('finance')).toEqual(['bob']);
    });

  if (remembers)
    it('DELETE of an adopted group keeps the members it had before, and the next POST adopts it again', async () => {
      await using harness = await startProvisioning({ simulator: { generation } });
      const [ada = '', bob = ''] = await createUsers(harness, 'ada', 'bob');
      const state = harness.simulator.state();
      const team = state.insertTeam({ name: 'Stewards', teamType: 'Group' }, 'admin');
      state.memberships.add(team.id, ada);
      await harness.groups.patch(team.id, add(bob), {}, harness.context);
      await harness.groups.remove(team.id, harness.context);
      expect(harness.membersOf('Stewards')).toEqual(['ada']);
      await expect(harness.groups.read(team.id, {}, harness.context)).rejects.toMatchObject({ status: 404 });
      expect(await harness.createGroup('Stewards', [{ value: bob }])).toMatchObject({ id: team.id });
      expect(harness.membersOf('Stewards')).toEqual(['ada', 'bob']);
    });

  if (remembers)
    it('concurrent PATCHes that adopt a team keep the users they add out of its baseline', async () => {
      await using harness = await startProvisioning({ simulator: { generation, raceMs: 5 } });
      const [ada = '', ...others] = await createUsers(harness, 'ada', 'bob', 'cyd', 'dan');
      const state = harness.simulator.state();
      const team = state.insertTeam({ name: 'Stewards', teamType: 'Group' }, 'admin');
      state.memberships.add(team.id, ada);
      await Promise.all(others.map((id) => harness.groups.patch(team.id, add(id), {}, harness.context)));
      expect(harness.membersOf('Stewards')).toEqual(['ada', 'bob', 'cyd', 'dan']);
      await harness.groups.remove(team.id, harness.context);
      expect(harness.membersOf('Stewards')).toEqual(['ada']);
    });

  it('PATCH that replaces the members and renames the group answers what a GET answers', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [ada = '', bob = ''] = await createUsers(harness, 'ada', 'bob');
    const id = String((await harness.createGroup('Finance', [{ value: ada }]))['id']);
    const replace = patchOf({ op: 'replace', value: { displayName: 'Treasury', members: [{ value: bob }] } });
    const { resource } = await harness.groups.patch(id, replace, {}, harness.context);
    expect(resource).toEqual(await harness.groups.read(id, {}, harness.context));
    expect(ids(resource?.['members'])).toEqual([bob]);
  });

  if (remembers)
    it('PATCH adds a user again whose pending removal was stored without an answer', async () => {
      await using harness = await startProvisioning({ simulator: { generation } });
      const [ada = '', bob = '', cyd = ''] = await createUsers(harness, 'ada', 'bob', 'cyd');
      const id = String((await harness.createGroup('Finance', [{ value: ada }, { value: bob }]))['id']);
      // The index lists these three as active from now on.
      await harness.groups.patch(id, add(ada, bob, cyd), {}, harness.context);
      const row = harness.simulator.state().users.byId(ada);
      if (row !== undefined) row.json = { ...row.json, deleted: true, updatedBy: 'admin', updatedAt: Date.now() };
      const leave = () =>
        harness.groups.patch(id, patchOf({ op: 'remove', path: `members[value eq "${ada}"]` }), {}, harness.context);
      // Servers before 1.12 refuse changes of inactive users with 404; this one is made to.
      harness.simulator.arm([
        { match: '/assets/remove', when: 'before', status: 404 },
        { match: 'PUT /api/v1/docStore', when: 'after', reset: true },
      ]);
      await expect(leave()).rejects.toMatchObject({ status: 503 });
      harness.simulator.clearFaults();
      await leave();
      await harness.groups.patch(id, add(ada, bob, cyd), {}, harness.context);
      expect(ids((await harness.groups.read(id, {}, harness.context))['members'])).toEqual([ada, bob, cyd].sort());
    });

  if (remembers)
    it('adopting a team with a lost annotation keeps users with a pending removal out of the baseline', async () => {
      await using harness = await startProvisioning({ simulator: { generation }, settings: { cacheTtlMs: 1 } });
      const [ada = '', bob = ''] = await createUsers(harness, 'ada', 'bob');
      const state = harness.simulator.state();
      const { id } = state.insertTeam({ name: 'Stewards', teamType: 'Group' }, 'admin');
      state.memberships.add(id, ada);
      const activate = (value: boolean) =>
        harness.users.patch(ada, patchOf({ op: 'replace', path: 'active', value }), {}, harness.context);
      await activate(false);
      await harness.groups.patch(
        id,
        patchOf({ op: 'remove', path: `members[value eq "${ada}"]` }),
        {},
        harness.context,
      );
      state.documents.delete(`scim-group-${id}`);
      await delay(10);
      await harness.groups.patch(id, add(bob), {}, harness.context);
      await activate(true);
      await harness.groups.patch(id, add(ada), {}, harness.context);
      expect(harness.membersOf('Stewards')).toEqual(['ada', 'bob']);
      await harness.groups.remove(id, harness.context);
      expect(harness.membersOf('Stewards')).toEqual([]);
    });

  it('PUT skips an unknown id beside present members, but refuses a list of unknown ids only', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [ada = ''] = await createUsers(harness, 'ada');
    const id = String((await harness.createGroup('Finance', [{ value: ada }]))['id']);
    const unknown = '00000000-0000-4000-8000-000000000000';
    const put = (...members: readonly string[]) =>
      harness.groups.replace(
        id,
        {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
          displayName: 'Finance',
          members: members.map((value) => ({ value })),
        },
        {},
        harness.context,
      );
    expect(ids((await put(ada, unknown))['members'])).toEqual([ada]);
    expect(harness.membersOf('finance')).toEqual(['ada']);
    await put();
    await expect(put(unknown)).rejects.toMatchObject({ status: 400, scimType: 'invalidValue' });
  });
});
