import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Bench, startBench } from './bench.ts';

const patch = (...operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});
const find = (displayName: string) => ({
  filter: `displayName eq "${displayName}"`,
  startIndex: 1,
  count: 100,
  projection: {},
});
const person = (name: string) => ({ userName: `${name}@contoso.example`, displayName: name });
const people = async (bench: Bench, ...names: string[]) =>
  Promise.all(names.map(async (name) => String((await bench.createUser(person(name)))['id'])));
const ids = (members: unknown) => (Array.isArray(members) ? members.map((member) => member.value).sort() : []);
const add = (...members: string[]) =>
  patch({ op: 'Add', path: 'members', value: members.map((value) => ({ $ref: null, value })) });

describe.each(['1.1', 'released', 'main'] as const)('groups on a server of era %s', (era) => {
  const remembers = era !== '1.1';

  it('become teams of type Group under Organization, with their members', async () => {
    await using bench = await startBench({ simulator: { era } });
    const [ada = '', bob = ''] = await people(bench, 'ada', 'bob');
    const group = await bench.createGroup('Data: Stewards/EU', [{ value: ada }, { value: bob }]);
    expect(ids(group['members'])).toEqual([ada, bob].sort());
    expect(bench.simulator.dump().teams.find(({ name }) => name === 'data-stewards-eu')).toMatchObject({
      teamType: 'Group',
      displayName: 'Data: Stewards/EU',
      parents: ['Organization'],
    });
    expect(bench.membersOf('data-stewards-eu')).toEqual(['ada', 'bob']);
    await expect(bench.createGroup('data: stewards/eu')).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
  });

  it('gain and lose just the members named', async () => {
    await using bench = await startBench({ simulator: { era } });
    const [ada = '', bob = '', cyd = ''] = await people(bench, 'ada', 'bob', 'cyd');
    const id = String((await bench.createGroup('Finance', [{ value: ada }]))['id']);
    expect(await bench.groups.patch(id, add(bob, cyd), {}, bench.context)).toEqual({ resource: undefined });
    expect(bench.membersOf('finance')).toEqual(['ada', 'bob', 'cyd']);
    await bench.groups.patch(
      id,
      patch({ op: 'Remove', path: 'members', value: [{ $ref: null, value: bob }] }),
      {},
      bench.context,
    );
    await bench.groups.patch(id, patch({ op: 'remove', path: `members[value eq "${cyd}"]` }), {}, bench.context);
    expect(bench.membersOf('finance')).toEqual(['ada']);
  });

  it('cost no write when a change is there already', async () => {
    await using bench = await startBench({ simulator: { era } });
    const [ada = ''] = await people(bench, 'ada');
    const id = String((await bench.createGroup('Finance', [{ value: ada }]))['id']);
    bench.writes();
    await bench.groups.patch(id, add(ada), {}, bench.context);
    await bench.groups.replace(
      id,
      { schemas: [], displayName: 'Finance', members: [{ value: ada }] },
      {},
      bench.context,
    );
    expect(bench.writes()).toEqual([]);
  });

  it('are exactly what a PUT says; one that does not speak of members leaves them', async () => {
    await using bench = await startBench({ simulator: { era } });
    const [ada = '', bob = ''] = await people(bench, 'ada', 'bob');
    const id = String((await bench.createGroup('Finance', [{ value: ada }]))['id']);
    const put = (fields: object) =>
      bench.groups.replace(id, { schemas: [], displayName: 'Finance', ...fields }, {}, bench.context);
    expect(ids((await put({ members: [{ value: bob }] }))['members'])).toEqual([bob]);
    await put({});
    expect(bench.membersOf('finance')).toEqual(['bob']);
    await put({ members: [] });
    expect(bench.membersOf('finance')).toEqual([]);
  });

  it('keep all of many members added at the same time, while names of the same people change', async () => {
    await using bench = await startBench({ simulator: { era, raceMs: 5 } });
    const names = Array.from({ length: 20 }, (_, index) => `p${String(index).padStart(2, '0')}`);
    const all = await people(bench, ...names);
    const id = String((await bench.createGroup('Finance'))['id']);
    await Promise.all(
      all.flatMap((user, index) => [
        bench.groups.patch(id, add(user), {}, bench.context),
        bench.users.patch(
          user,
          patch({ op: 'replace', path: 'displayName', value: `Person ${index}` }),
          {},
          bench.context,
        ),
      ]),
    );
    expect(bench.membersOf('finance')).toEqual(names);
    expect(
      bench.simulator.dump().users.filter(({ displayName }) => String(displayName).startsWith('Person ')).length,
    ).toBe(20);
  });

  it('that exist deep in the hierarchy are adopted by name, and only their members change', async () => {
    await using bench = await startBench({ simulator: { era } });
    const [ada = ''] = await people(bench, 'ada');
    const state = bench.simulator.state();
    const unit = state.insertTeam({ name: 'Unit', teamType: 'BusinessUnit' }, 'admin');
    const department = state.insertTeam({ name: 'Dept', teamType: 'Department' }, 'admin');
    const team = state.insertTeam(
      { name: 'Stewards', displayName: 'Data Stewards', description: 'by hand', teamType: 'Group' },
      'admin',
    );
    state.parents.set(department.id, [unit.id]);
    state.parents.set(team.id, [department.id]);
    const before = bench.simulator.dump().teams.find(({ id }) => id === team.id);
    expect((await bench.groups.list(find('data stewards'), bench.context)).resources).toMatchObject([
      { id: team.id, displayName: 'Data Stewards' },
    ]);
    await bench.groups.patch(team.id, add(ada), {}, bench.context);
    expect(bench.membersOf('Stewards')).toEqual(['ada']);
    expect(bench.simulator.dump().teams.find(({ id }) => id === team.id)).toEqual(before);
  });

  it('whose POST stopped before the members were in are completed by its repetition', async () => {
    await using bench = await startBench({ simulator: { era } });
    const [ada = ''] = await people(bench, 'ada');
    const match = era === '1.1' ? 'PATCH /api/v1/users' : 'PUT /api/v1/teams/finance/assets';
    bench.simulator.arm([{ match, when: 'before', status: 500 }]);
    await expect(bench.createGroup('Finance', [{ value: ada }])).rejects.toMatchObject({ status: 503 });
    bench.simulator.clearFaults();
    expect(ids((await bench.createGroup('Finance', [{ value: ada }]))['members'])).toEqual([ada]);
    await expect(bench.createGroup('Finance', [{ value: ada }])).rejects.toMatchObject({ status: 409 });
    expect(bench.simulator.dump().teams.filter(({ displayName }) => displayName === 'Finance').length).toBe(1);
  });

  it('that SCIM made are emptied and deleted, and come back with just the members of the next POST', async () => {
    await using bench = await startBench({ simulator: { era } });
    const [ada = '', bob = ''] = await people(bench, 'ada', 'bob');
    const id = String((await bench.createGroup('Finance', [{ value: ada }]))['id']);
    await bench.groups.remove(id, bench.context);
    expect(bench.membersOf('finance')).toEqual([]);
    await expect(bench.groups.read(id, {}, bench.context)).rejects.toMatchObject({ status: 404 });
    expect((await bench.groups.list(find('Finance'), bench.context)).totalResults).toBe(0);
    const again = await bench.createGroup('Finance', [{ value: bob }]);
    expect(again['id']).toBe(id);
    expect(bench.membersOf('finance')).toEqual(['bob']);
  });

  it('are renamed in Collate by display name, and found by the new name only', async () => {
    await using bench = await startBench({ simulator: { era } });
    const id = String((await bench.createGroup('Finance'))['id']);
    await bench.groups.patch(id, patch({ op: 'Replace', path: 'displayName', value: 'Treasury' }), {}, bench.context);
    expect((await bench.groups.list(find('treasury'), bench.context)).totalResults).toBe(1);
    expect((await bench.groups.list(find('Finance'), bench.context)).totalResults).toBe(0);
    expect(bench.simulator.dump().teams.find((team) => team['id'] === id)).toMatchObject({
      name: 'finance',
      displayName: 'Treasury',
    });
  });

  it('change one after the other, however long a change takes', async () => {
    await using bench = await startBench({ simulator: { era } });
    const id = String((await bench.createGroup('Finance'))['id']);
    const rename = (value: string) =>
      bench.groups.patch(id, patch({ op: 'replace', path: 'displayName', value }), {}, bench.context);
    bench.simulator.arm([{ match: 'PATCH /api/v1/teams', when: 'before', delay: 200, times: 1 }]);
    const first = rename('Money');
    await expect.poll(() => bench.simulator.struck()).toBe(1);
    await Promise.all([first, rename('Treasury')]);
    expect(bench.simulator.dump().teams.find(({ name }) => name === 'finance')).toMatchObject({
      displayName: 'Treasury',
    });
  });

  it('come back although nobody answers that their team was restored', async () => {
    await using bench = await startBench({ simulator: { era } });
    const [ada = ''] = await people(bench, 'ada');
    const id = String((await bench.createGroup('Finance', [{ value: ada }]))['id']);
    await bench.groups.remove(id, bench.context);
    bench.simulator.arm([{ match: 'PUT /api/v1/teams/restore', when: 'after', reset: true, times: 1 }]);
    expect(await bench.createGroup('Finance', [{ value: ada }])).toMatchObject({ id });
    expect(bench.membersOf('finance')).toEqual(['ada']);
  });

  it('get another Collate name when a department has theirs', async () => {
    await using bench = await startBench({ simulator: { era } });
    bench.simulator.state().insertTeam({ name: 'finance', displayName: 'Finance', teamType: 'Department' }, 'admin');
    const group = await bench.createGroup('Finance');
    expect(bench.simulator.dump().teams.find(({ id }) => id === group['id'])).toMatchObject({
      name: 'finance-2',
      displayName: 'Finance',
      teamType: 'Group',
    });
  });

  it('skip ids that nobody has, unless all are such, and show who is in', async () => {
    await using bench = await startBench({ simulator: { era } });
    const [ada = ''] = await people(bench, 'ada');
    const nobody = '00000000-0000-4000-8000-000000000000';
    const id = String((await bench.createGroup('Finance'))['id']);
    const { resource } = await bench.groups.patch(id, add(ada, nobody), {}, bench.context);
    expect(ids(resource?.['members'])).toEqual([ada]);
    await expect(bench.groups.patch(id, add(nobody), {}, bench.context)).rejects.toMatchObject({
      status: 400,
      scimType: 'invalidValue',
    });
    await expect(bench.groups.patch(id, add(ada, nobody), {}, bench.strict)).rejects.toMatchObject({ status: 400 });
    await bench.groups.patch(id, patch({ op: 'remove', path: `members[value eq "${nobody}"]` }), {}, bench.context);
  });

  it('SEC-R22: never show the Organization, nor teams of another type', async () => {
    await using bench = await startBench({ simulator: { era } });
    const row = bench.simulator.state().insertTeam({ name: 'Dept', teamType: 'Department' }, 'admin');
    expect((await bench.groups.list({ startIndex: 1, count: 100, projection: {} }, bench.context)).totalResults).toBe(
      0,
    );
    await expect(bench.groups.patch(row.id, add('x'), {}, bench.context)).rejects.toMatchObject({ status: 404 });
  });

  if (remembers)
    it('let membership of inactive people wait for their return', async () => {
      await using bench = await startBench({ simulator: { era } });
      const [ada = '', bob = ''] = await people(bench, 'ada', 'bob');
      const id = String((await bench.createGroup('Finance', [{ value: ada }]))['id']);
      for (const user of [ada, bob])
        await bench.users.patch(user, patch({ op: 'replace', path: 'active', value: false }), {}, bench.context);
      await bench.groups.patch(
        id,
        patch(
          { op: 'remove', path: `members[value eq "${ada}"]` },
          { op: 'add', path: 'members', value: [{ value: bob }] },
        ),
        {},
        bench.context,
      );
      expect(ids((await bench.groups.read(id, {}, bench.context))['members'])).toEqual([bob]);
      for (const user of [ada, bob])
        await bench.users.patch(user, patch({ op: 'replace', path: 'active', value: true }), {}, bench.context);
      expect(bench.membersOf('finance')).toEqual(['bob']);
    });

  if (remembers)
    it('that were adopted keep who was in before when they are deleted', async () => {
      await using bench = await startBench({ simulator: { era } });
      const [ada = '', bob = ''] = await people(bench, 'ada', 'bob');
      const state = bench.simulator.state();
      const team = state.insertTeam({ name: 'Stewards', teamType: 'Group' }, 'admin');
      state.memberships.add(team.id, ada);
      await bench.groups.patch(team.id, add(bob), {}, bench.context);
      await bench.groups.remove(team.id, bench.context);
      expect(bench.membersOf('Stewards')).toEqual(['ada']);
      await expect(bench.groups.read(team.id, {}, bench.context)).rejects.toMatchObject({ status: 404 });
      expect(await bench.createGroup('Stewards', [{ value: bob }])).toMatchObject({ id: team.id });
      expect(bench.membersOf('Stewards')).toEqual(['ada', 'bob']);
    });

  if (remembers)
    it('take back somebody whose leaving waits, although nobody answered that it was noted', async () => {
      await using bench = await startBench({ simulator: { era } });
      const [ada = '', bob = '', cyd = ''] = await people(bench, 'ada', 'bob', 'cyd');
      const id = String((await bench.createGroup('Finance', [{ value: ada }, { value: bob }]))['id']);
      // From now on those three are known to be active.
      await bench.groups.patch(id, add(ada, bob, cyd), {}, bench.context);
      const row = bench.simulator.state().users.byId(ada);
      if (row !== undefined) row.json = { ...row.json, deleted: true, updatedBy: 'admin', updatedAt: Date.now() };
      const leave = () =>
        bench.groups.patch(id, patch({ op: 'remove', path: `members[value eq "${ada}"]` }), {}, bench.context);
      bench.simulator.arm([{ match: 'PUT /api/v1/docStore', when: 'after', reset: true }]);
      await expect(leave()).rejects.toMatchObject({ status: 503 });
      bench.simulator.clearFaults();
      await leave();
      await bench.groups.patch(id, add(ada, bob, cyd), {}, bench.context);
      expect(ids((await bench.groups.read(id, {}, bench.context))['members'])).toEqual([ada, bob, cyd].sort());
    });

  if (remembers)
    it('whose document was lost do not count those among who was in before whose leaving waits', async () => {
      await using bench = await startBench({ simulator: { era }, settings: { cacheTtlMs: 1 } });
      const [ada = '', bob = ''] = await people(bench, 'ada', 'bob');
      const state = bench.simulator.state();
      const { id } = state.insertTeam({ name: 'Stewards', teamType: 'Group' }, 'admin');
      state.memberships.add(id, ada);
      const activate = (value: boolean) =>
        bench.users.patch(ada, patch({ op: 'replace', path: 'active', value }), {}, bench.context);
      await activate(false);
      await bench.groups.patch(id, patch({ op: 'remove', path: `members[value eq "${ada}"]` }), {}, bench.context);
      state.documents.delete(`scim-group-${id}`);
      await delay(10);
      await bench.groups.patch(id, add(bob), {}, bench.context);
      await activate(true);
      await bench.groups.patch(id, add(ada), {}, bench.context);
      expect(bench.membersOf('Stewards')).toEqual(['ada', 'bob']);
      await bench.groups.remove(id, bench.context);
      expect(bench.membersOf('Stewards')).toEqual([]);
    });

  it('leave out somebody unknown whom a PUT names beside those who are in already, and refuse one that names nobody else', async () => {
    await using bench = await startBench({ simulator: { era } });
    const [ada = ''] = await people(bench, 'ada');
    const id = String((await bench.createGroup('Finance', [{ value: ada }]))['id']);
    const nobody = '00000000-0000-4000-8000-000000000000';
    const put = (...members: readonly string[]) =>
      bench.groups.replace(
        id,
        {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
          displayName: 'Finance',
          members: members.map((value) => ({ value })),
        },
        {},
        bench.context,
      );
    expect(ids((await put(ada, nobody))['members'])).toEqual([ada]);
    expect(bench.membersOf('finance')).toEqual(['ada']);
    await put();
    await expect(put(nobody)).rejects.toMatchObject({ status: 400, scimType: 'invalidValue' });
  });
});
