import { describe, expect, it } from 'vitest';
import { startBench } from './bench.ts';

const look = (filter: string) => ({ filter, startIndex: 1, count: 10, projection: {} });
const patch = (...operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});
const annotate = (id: unknown) => `scim-user-${id}`;

describe.each(['1.1', 'released', 'main'] as const)('look-ups on a server of era %s', (era) => {
  const remembers = era !== '1.1';

  it('find at once, on every replica, what any of them made although it was known to be absent', async () => {
    await using bench = await startBench({ simulator: { era } });
    const twin = bench.twin();
    const byUserName = look('userName eq "odd.name@example.com"');
    const byEmail = look('emails.value eq "ada@example.com"');
    for (const query of [byUserName, byEmail])
      for (const replica of [bench, twin])
        expect((await replica.users.list(query, bench.context)).totalResults).toBe(0);
    await bench.createUser({
      userName: 'ada@example.com',
      emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
    });
    for (const replica of [bench, twin]) {
      expect((await replica.users.list(byEmail, bench.context)).totalResults).toBe(1);
      expect((await replica.users.list(look('userName eq "ADA@example.com"'), bench.context)).totalResults).toBe(1);
    }
    if (!remembers) return;
    const [user] = (await bench.users.list(byEmail, bench.context)).resources;
    const rename = patch({ op: 'replace', path: 'userName', value: 'odd.name@example.com' });
    await twin.users.patch(String(user?.['id']), rename, {}, bench.context);
    for (const replica of [bench, twin]) {
      expect((await replica.users.list(byUserName, bench.context)).totalResults).toBe(1);
      const former = await replica.users.list(look('userName eq "nobody-else@example.com"'), bench.context);
      expect(former.totalResults).toBe(0);
    }
  });

  it('never show who is gone, whatever the index says', async () => {
    await using bench = await startBench({ simulator: { era }, settings: { cacheNegativeTtlMs: 0 } });
    const state = bench.simulator.state();
    const row = state.insertUser({ name: 'sso-1', email: 'ada@example.com', displayName: 'Ada' }, 'admin');
    expect((await bench.users.list(look('userName eq "nobody"'), bench.context)).totalResults).toBe(0);
    state.removeUser(row);
    expect((await bench.users.list(look('userName eq "ada@example.com"'), bench.context)).totalResults).toBe(0);
    const team = state.insertTeam({ name: 'by hand', displayName: 'Finance', teamType: 'Group' }, 'admin');
    expect((await bench.groups.list(look('displayName eq "Nothing"'), bench.context)).totalResults).toBe(0);
    state.removeTeam(team);
    expect((await bench.groups.list(look('displayName eq "Finance"'), bench.context)).totalResults).toBe(0);
  });

  it('meet in a POST who came after the scan under a name of another', async () => {
    await using bench = await startBench({ simulator: { era } });
    expect((await bench.users.list(look('userName eq "nobody"'), bench.context)).totalResults).toBe(0);
    const row = bench.simulator
      .state()
      .insertUser({ name: 'sso-77', email: 'ada@example.com', displayName: 'Ada' }, 'sso-77');
    expect(await bench.createUser({ userName: 'ada@example.com' })).toMatchObject({ id: row.id });
  });

  it('see within the time to live what others changed', async () => {
    const settings = { cacheTtlMs: 1, cacheNegativeTtlMs: 1 };
    await using bench = await startBench({ simulator: { era }, settings });
    const query = look('userName eq "ada@example.com"');
    expect((await bench.users.list(query, bench.context)).totalResults).toBe(0);
    bench.simulator.state().insertUser({ name: 'sso-1', email: 'ada@example.com' }, 'admin');
    await expect.poll(async () => (await bench.users.list(query, bench.context)).totalResults).toBe(1);
  });

  it('answer trouble with 503 and nothing else while they cannot scan, and go on afterwards', async () => {
    await using bench = await startBench({ simulator: { era } });
    const query = look('userName eq "nobody"');
    bench.simulator.arm([{ match: 'GET /api/v1/users?', when: 'before', status: 503 }]);
    await expect(bench.users.list(query, bench.context)).rejects.toMatchObject({ status: 503 });
    bench.simulator.clearFaults();
    expect((await bench.users.list(query, bench.context)).totalResults).toBe(0);
  });

  it('find whoever a POST made whose answer was lost', async () => {
    await using bench = await startBench({ simulator: { era }, settings: { nameRule: 'userName' } });
    const user = { userName: 'odd name', emails: [{ value: 'ada@example.com', type: 'work', primary: true }] };
    expect((await bench.users.list(look('userName eq "nobody"'), bench.context)).totalResults).toBe(0);
    bench.simulator.arm([{ match: 'POST /api/v1/users', when: 'after', reset: true, times: 1 }]);
    await expect(bench.createUser(user)).rejects.toMatchObject({ status: 503 });
    const found = await bench.users.list(look('emails.value eq "ada@example.com"'), bench.context);
    expect(found.totalResults).toBe(1);
  });

  it.each([true, false])(
    'find the group that a POST restored whose answer was lost, document store: %s',
    async (documentStore) => {
      await using bench = await startBench({ simulator: { era, documentStore } });
      const fields = { name: 'engineers', displayName: 'Engineers', teamType: 'Group', deleted: true };
      bench.simulator.state().insertTeam(fields, 'scim-gateway');
      expect((await bench.groups.list(look('displayName eq "Nothing"'), bench.context)).totalResults).toBe(0);
      bench.simulator.arm([{ match: 'PUT /api/v1/teams/restore', when: 'after', reset: true }]);
      await bench.createGroup('Engineers').catch(() => undefined);
      bench.simulator.clearFaults();
      const soon = await bench.groups.list(look('displayName eq "Engineers"'), bench.context);
      if (!documentStore) expect(soon.totalResults).toBe(1);
      await bench.createGroup('Engineers').catch((error: unknown) => expect(error).toMatchObject({ status: 409 }));
      const found = await bench.groups.list(look('displayName eq "Engineers"'), bench.context);
      expect(found.totalResults).toBe(1);
    },
  );

  it('find the group of which a POST says that it is there already', async () => {
    await using bench = await startBench({ simulator: { era, documentStore: false } });
    expect((await bench.groups.list(look('displayName eq "Engineers"'), bench.context)).totalResults).toBe(0);
    const fields = { name: 'engineers', displayName: 'Engineers', teamType: 'Group' };
    bench.simulator.state().insertTeam(fields, 'scim-gateway');
    await expect(bench.createGroup('Engineers')).rejects.toMatchObject({ status: 409 });
    const found = await bench.groups.list(look('displayName eq "Engineers"'), bench.context);
    expect(found.totalResults).toBe(1);
  });
});

describe('documents', () => {
  it('whose writing was not answered are read again before anybody is shown them', async () => {
    await using bench = await startBench();
    const id = String((await bench.createUser({ userName: 'ada@example.com', displayName: 'Ada L' }))['id']);
    const name = (value: string) => patch({ op: 'replace', path: 'name.familyName', value });
    await bench.users.patch(id, name('Byron'), {}, bench.context);
    bench.simulator.arm([{ match: 'PUT /api/v1/docStore', when: 'after', reset: true }]);
    await expect(bench.users.patch(id, name('King'), {}, bench.context)).rejects.toMatchObject({ status: 503 });
    bench.simulator.clearFaults();
    expect(await bench.users.read(id, {}, bench.context)).toMatchObject({ name: { familyName: 'King' } });
    bench.simulator.arm([{ match: 'PUT /api/v1/docStore', when: 'before', reset: true }]);
    await expect(bench.users.patch(id, name('Noel'), {}, bench.context)).rejects.toMatchObject({ status: 503 });
    bench.simulator.clearFaults();
    expect(await bench.users.read(id, {}, bench.context)).toMatchObject({ name: { familyName: 'King' } });
    await bench.users.patch(id, name('Noel'), {}, bench.context);
    expect(await bench.users.read(id, {}, bench.context)).toMatchObject({ name: { familyName: 'Noel' } });
  });

  it('are read again while another replica, which may have died, is writing them', async () => {
    await using bench = await startBench();
    const id = String((await bench.createUser({ userName: 'ada@example.com', displayName: 'Ada L' }))['id']);
    const name = (value: string) => patch({ op: 'replace', path: 'name.familyName', value });
    await bench.users.patch(id, name('Byron'), {}, bench.context);
    bench.simulator.arm([{ match: 'PUT /api/v1/docStore', when: 'after', delay: 10_000 }]);
    const dying = new AbortController();
    const context = { ...bench.context, signal: dying.signal };
    const written = bench.users.patch(id, name('King'), {}, context).catch(() => undefined);
    await expect.poll(() => JSON.stringify(bench.simulator.state().documents.get(annotate(id)))).toContain('King');
    expect(await bench.twin().users.read(id, {}, bench.context)).toMatchObject({ name: { familyName: 'King' } });
    dying.abort();
    await written;
  });

  it('that somebody else deleted are missed within the time to live', async () => {
    await using bench = await startBench({ settings: { cacheTtlMs: 1 } });
    const user = { userName: 'ada@example.com', displayName: 'Ada L', name: { familyName: 'Byron' } };
    const id = String((await bench.createUser(user))['id']);
    expect(await bench.users.read(id, {}, bench.context)).toMatchObject({ name: { familyName: 'Byron' } });
    bench.simulator.state().documents.delete(annotate(id));
    await expect.poll(async () => bench.users.read(id, {}, bench.context)).toMatchObject({ name: { familyName: 'L' } });
  });
});
