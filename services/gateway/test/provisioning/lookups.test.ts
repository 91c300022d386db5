import { describe, expect, it } from 'vitest';
import { patchOf } from '../support/fixtures.ts';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

const look = (filter: string) => ({ filter, startIndex: 1, count: 10, projection: {} });
const annotate = (id: unknown) => `scim-user-${id}`;

describe.each(['1.1', '1.12', '2.0'] as const)('look-ups on a server of generation %s', (generation) => {
  const remembers = generation !== '1.1';

  it('find a resource created by any replica at once, although all had cached its absence', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const twin = harness.twin();
    const byUserName = look('userName eq "odd.name@example.com"');
    const byEmail = look('emails.value eq "ada@example.com"');
    for (const query of [byUserName, byEmail])
      for (const replica of [harness, twin])
        expect((await replica.users.list(query, harness.context)).totalResults).toBe(0);
    await harness.createUser({
      userName: 'ada@example.com',
      emails: [{ value: 'ada@example.com', type: 'work', primary: true }],
    });
    for (const replica of [harness, twin]) {
      expect((await replica.users.list(byEmail, harness.context)).totalResults).toBe(1);
      expect((await replica.users.list(look('userName eq "ADA@example.com"'), harness.context)).totalResults).toBe(1);
    }
    if (!remembers) return;
    const [user] = (await harness.users.list(byEmail, harness.context)).resources;
    const rename = patchOf({ op: 'replace', path: 'userName', value: 'odd.name@example.com' });
    await twin.users.patch(String(user?.['id']), rename, {}, harness.context);
    for (const replica of [harness, twin]) {
      expect((await replica.users.list(byUserName, harness.context)).totalResults).toBe(1);
      const former = await replica.users.list(look('userName eq "unknown@example.com"'), harness.context);
      expect(former.totalResults).toBe(0);
    }
  });

  it('never show a resource that was removed in Collate, although the index contains it', async () => {
    await using harness = await startProvisioning({ simulator: { generation }, settings: { cacheNegativeTtlMs: 0 } });
    const state = harness.simulator.state();
    const row = state.insertUser({ name: 'sso-1', email: 'ada@example.com', displayName: 'Ada' }, 'admin');
    expect((await harness.users.list(look('userName eq "unknown"'), harness.context)).totalResults).toBe(0);
    state.removeUser(row);
    expect((await harness.users.list(look('userName eq "ada@example.com"'), harness.context)).totalResults).toBe(0);
    const team = state.insertTeam({ name: 'by hand', displayName: 'Finance', teamType: 'Group' }, 'admin');
    expect((await harness.groups.list(look('displayName eq "Nothing"'), harness.context)).totalResults).toBe(0);
    state.removeTeam(team);
    expect((await harness.groups.list(look('displayName eq "Finance"'), harness.context)).totalResults).toBe(0);
  });

  it('find, during a POST, an account created after the scan under another name', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    expect((await harness.users.list(look('userName eq "unknown"'), harness.context)).totalResults).toBe(0);
    const row = harness.simulator
      .state()
      .insertUser({ name: 'sso-77', email: 'ada@example.com', displayName: 'Ada' }, 'sso-77');
    expect(await harness.createUser({ userName: 'ada@example.com' })).toMatchObject({ id: row.id });
  });

  it('find an account created in Collate within the time to live', async () => {
    const settings = { cacheTtlMs: 1, cacheNegativeTtlMs: 1 };
    await using harness = await startProvisioning({ simulator: { generation }, settings });
    const query = look('userName eq "ada@example.com"');
    expect((await harness.users.list(query, harness.context)).totalResults).toBe(0);
    harness.simulator.state().insertUser({ name: 'sso-1', email: 'ada@example.com' }, 'admin');
    await expect.poll(async () => (await harness.users.list(query, harness.context)).totalResults).toBe(1);
  });

  it('answer 503 while the scan fails, and work again afterwards', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const query = look('userName eq "unknown"');
    harness.simulator.arm([{ match: 'GET /api/v1/users?', when: 'before', status: 503 }]);
    await expect(harness.users.list(query, harness.context)).rejects.toMatchObject({ status: 503 });
    harness.simulator.clearFaults();
    expect((await harness.users.list(query, harness.context)).totalResults).toBe(0);
  });

  it('find a user created by a POST whose answer was lost', async () => {
    await using harness = await startProvisioning({ simulator: { generation }, settings: { nameRule: 'userName' } });
    // Without a document store, the userName must be the address.
    const userName = generation === '1.1' ? 'ada@example.com' : 'odd name';
    const user = { userName, emails: [{ value: 'ada@example.com', type: 'work', primary: true }] };
    expect((await harness.users.list(look('userName eq "unknown"'), harness.context)).totalResults).toBe(0);
    harness.simulator.arm([{ match: 'POST /api/v1/users', when: 'after', reset: true, times: 1 }]);
    await expect(harness.createUser(user)).rejects.toMatchObject({ status: 503 });
    const found = await harness.users.list(look('emails.value eq "ada@example.com"'), harness.context);
    expect(found.totalResults).toBe(1);
  });

  it.each([true, false])(
    'find a group restored by a POST whose answer was lost (document store: %s)',
    async (documentStore) => {
      await using harness = await startProvisioning({ simulator: { generation, documentStore } });
      const fields = { name: 'engineers', displayName: 'Engineers', teamType: 'Group', deleted: true };
      harness.simulator.state().insertTeam(fields, 'scim-gateway');
      expect((await harness.groups.list(look('displayName eq "Nothing"'), harness.context)).totalResults).toBe(0);
      harness.simulator.arm([{ match: 'PUT /api/v1/teams/restore', when: 'after', reset: true }]);
      await harness.createGroup('Engineers').catch(() => undefined);
      harness.simulator.clearFaults();
      const soon = await harness.groups.list(look('displayName eq "Engineers"'), harness.context);
      if (!documentStore) expect(soon.totalResults).toBe(1);
      await harness.createGroup('Engineers').catch((error: unknown) => expect(error).toMatchObject({ status: 409 }));
      const found = await harness.groups.list(look('displayName eq "Engineers"'), harness.context);
      expect(found.totalResults).toBe(1);
    },
  );

  it('find a group after a POST answered that it exists', async () => {
    await using harness = await startProvisioning({ simulator: { generation, documentStore: false } });
    expect((await harness.groups.list(look('displayName eq "Engineers"'), harness.context)).totalResults).toBe(0);
    const fields = { name: 'engineers', displayName: 'Engineers', teamType: 'Group' };
    harness.simulator.state().insertTeam(fields, 'scim-gateway');
    await expect(harness.createGroup('Engineers')).rejects.toMatchObject({ status: 409 });
    const found = await harness.groups.list(look('displayName eq "Engineers"'), harness.context);
    expect(found.totalResults).toBe(1);
  });
});

describe.each(['1.12', '2.0'] as const)('look-ups with several matches on a server of generation %s', (generation) => {
  const ids = async (filter: string, { users, context }: ProvisioningHarness) =>
    (await users.list(look(filter), context)).resources.map(({ id }) => id).sort();

  it('find all users of an externalId, and combine with other conditions in any order', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const ada = (await harness.createUser({ userName: 'ada@example.com', externalId: 'e-1' }))['id'];
    const bob = (await harness.createUser({ userName: 'bob@example.com', externalId: 'e-1' }))['id'];
    expect(await ids('externalId eq "e-1"', harness)).toEqual([ada, bob].sort());
    const clauses = ['externalId eq "e-1"', 'userName eq "BOB@example.com"', 'active eq true', 'emails.value co "bob"'];
    for (const [index] of clauses.entries()) {
      const turned = [...clauses.slice(index), ...clauses.slice(0, index)].join(' and ');
      expect(await ids(turned, harness), turned).toEqual([bob]);
    }
    expect(await ids(`externalId eq "e-1" and id eq "${ada}"`, harness)).toEqual([ada]);
    expect(await ids(`id eq "${ada}" and userName eq "bob@example.com"`, harness)).toEqual([]);
  });

  it('find a renamed user and an account from single sign-on of the same address', async () => {
    await using harness = await startProvisioning({ simulator: { generation }, settings: { cacheTtlMs: 1 } });
    const ada = (await harness.createUser({ userName: 'ada@example.com' }))['id'];
    const rename = patchOf({ op: 'replace', path: 'userName', value: 'byron@example.com' });
    await harness.users.patch(String(ada), rename, {}, harness.context);
    const { id } = harness.simulator.state().insertUser({ name: 'byron', email: 'byron@example.com' }, 'byron');
    await expect.poll(() => ids('userName eq "byron@example.com"', harness)).toEqual([ada, id].sort());
  });

  it('SEC-R28: fold letters of every script, but no other character into an ASCII letter', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const jurg = (await harness.createUser({ userName: 'jürg@example.com' }))['id'];
    const kim = (await harness.createUser({ userName: 'kim@example.com' }))['id'];
    const odd = { userName: '\u212aim@example.com', emails: [{ value: 'lee@example.com', type: 'work' }] };
    const kelvin = (await harness.createUser(odd))['id'];
    for (const attribute of ['userName', 'emails.value'])
      expect(await ids(`${attribute} eq "JÜRG@EXAMPLE.com"`, harness)).toEqual([jurg]);
    expect(await ids('userName eq "KIM@example.com"', harness)).toEqual([kim]);
    expect(await ids('userName eq "\u212aIM@example.com"', harness)).toEqual([kelvin]);
  });

  it.each(['a"b', 'a/b', 'a::b', 'a'.repeat(300)])('never ask Collate for the name %s', async (name) => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const text = JSON.stringify(name);
    expect(await ids(`userName eq ${text}`, harness)).toEqual([]);
    await harness.groups.list(look(`displayName eq ${text}`), harness.context);
    const paths = harness.simulator.calls().map(({ path }) => decodeURIComponent(path));
    expect(paths.filter((path) => path.includes(name))).toEqual([]);
  });

  it('find a user and a group whose names have quotation marks, which Collate is never asked for', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const group = await harness.createGroup('The "A" Team');
    const found = await harness.groups.list(look('displayName eq "the \\"a\\" team"'), harness.context);
    expect(found.resources.map(({ id }) => id)).toEqual([group['id']]);
    await expect(harness.createGroup('The "A" Team')).rejects.toMatchObject({ status: 409 });
    const user = { userName: '"ada"@example.com' };
    expect(await harness.createUser(user)).toMatchObject(user);
    const paths = harness.simulator.calls().map(({ path }) => path);
    expect(paths.filter((path) => path.includes('%22'))).toEqual([]);
  });
});

describe.each(['1.1', '1.12', '2.0'] as const)('look-ups of groups on a server of generation %s', (generation) => {
  const remembers = generation !== '1.1';
  const ids = async (name: string, { groups, context }: ProvisioningHarness) =>
    (await groups.list(look(`displayName eq "${name}"`), context)).resources.map(({ id }) => id);
  const byHand = (harness: ProvisioningHarness, fields: Record<string, string>) =>
    harness.simulator.state().insertTeam({ teamType: 'Group', ...fields }, 'admin');

  it('find a team at once that was created in Collate under this very name', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    expect(await ids('Nothing', harness)).toEqual([]);
    const { id } = byHand(harness, { name: 'Data Science' });
    expect(await ids('Data Science', harness)).toEqual([id]);
  });

  it('answer the same for two conditions in either order, also where a Collate name stands in for a display name', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const { id } = byHand(harness, { name: 'odd-1', displayName: 'Finance' });
    const find = async (...clauses: readonly string[]) =>
      (await harness.groups.list(look(clauses.join(' and ')), harness.context)).totalResults;
    for (const name of ['odd-1', 'Finance']) {
      const clauses = [`displayName eq "${name}"`, `id eq "${id}"`];
      expect(await find(...clauses), name).toBe(await find(...clauses.reverse()));
    }
  });

  it('are made afresh by a POST, which adopts a team created or renamed in Collate after the scan', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const renamed = byHand(harness, { name: 'odd-1', displayName: 'Former' });
    expect(await ids('Nothing', harness)).toEqual([]);
    const created = byHand(harness, { name: 'odd-2', displayName: 'Finance' });
    renamed.json = { ...renamed.json, displayName: 'Sales' };
    expect(await harness.createGroup('finance')).toMatchObject({ id: created.id });
    expect(await harness.createGroup('Sales')).toMatchObject({ id: renamed.id });
  });

  it.runIf(remembers).each(['Money', 'Finance'])(
    'find the adopted team that SCIM renamed from Finance to Money and deleted, when %s is pushed',
    async (name) => {
      await using harness = await startProvisioning({ simulator: { generation } });
      const team = byHand(harness, { name: 'odd-1', displayName: 'Finance' });
      expect(await harness.createGroup('Finance')).toMatchObject({ id: team.id });
      const rename = patchOf({ op: 'replace', path: 'displayName', value: 'Money' });
      await harness.groups.patch(team.id, rename, {}, harness.context);
      await harness.groups.remove(team.id, harness.context);
      expect(await ids(name, harness)).toEqual([]);
      expect(await harness.createGroup(name)).toMatchObject({ id: team.id, displayName: name });
      expect(await ids(name, harness)).toEqual([team.id]);
      expect(harness.simulator.dump().teams.filter(({ teamType }) => teamType === 'Group')).toHaveLength(1);
    },
  );

  it.runIf(remembers)('show the bound team of several, and both where SCIM has bound none', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [one, other] = ['odd-1', 'odd-2'].map((name) => byHand(harness, { name, displayName: 'Finance' }).id);
    expect(new Set(await ids('Finance', harness))).toEqual(new Set([one, other]));
    expect(harness.notices).toContainEqual(expect.objectContaining({ kind: 'ambiguous-name' }));
    const adopted = (await harness.createGroup('Finance'))['id'];
    expect(await ids('Finance', harness)).toEqual([adopted]);
    await expect(harness.createGroup('Finance')).rejects.toMatchObject({ status: 409 });
  });
});

describe('documents', () => {
  it('are read again after a write whose answer was lost', async () => {
    await using harness = await startProvisioning();
    const id = String((await harness.createUser({ userName: 'ada@example.com', displayName: 'Ada L' }))['id']);
    const name = (value: string) => patchOf({ op: 'replace', path: 'name.familyName', value });
    await harness.users.patch(id, name('Byron'), {}, harness.context);
    harness.simulator.arm([{ match: 'PUT /api/v1/docStore', when: 'after', reset: true }]);
    await expect(harness.users.patch(id, name('King'), {}, harness.context)).rejects.toMatchObject({ status: 503 });
    harness.simulator.clearFaults();
    expect(await harness.users.read(id, {}, harness.context)).toMatchObject({ name: { familyName: 'King' } });
    harness.simulator.arm([{ match: 'PUT /api/v1/docStore', when: 'before', reset: true }]);
    await expect(harness.users.patch(id, name('Noel'), {}, harness.context)).rejects.toMatchObject({ status: 503 });
    harness.simulator.clearFaults();
    expect(await harness.users.read(id, {}, harness.context)).toMatchObject({ name: { familyName: 'King' } });
    await harness.users.patch(id, name('Noel'), {}, harness.context);
    expect(await harness.users.read(id, {}, harness.context)).toMatchObject({ name: { familyName: 'Noel' } });
  });

  it('are read again while another replica, which may have crashed, writes them', async () => {
    await using harness = await startProvisioning();
    const id = String((await harness.createUser({ userName: 'ada@example.com', displayName: 'Ada L' }))['id']);
    const name = (value: string) => patchOf({ op: 'replace', path: 'name.familyName', value });
    await harness.users.patch(id, name('Byron'), {}, harness.context);
    harness.simulator.arm([{ match: 'PUT /api/v1/docStore', when: 'after', delay: 10_000 }]);
    const dying = new AbortController();
    const context = { ...harness.context, signal: dying.signal };
    const written = harness.users.patch(id, name('King'), {}, context).catch(() => undefined);
    await expect.poll(() => JSON.stringify(harness.simulator.state().documents.get(annotate(id)))).toContain('King');
    expect(await harness.twin().users.read(id, {}, harness.context)).toMatchObject({ name: { familyName: 'King' } });
    dying.abort();
    await written;
  });

  it('that another client deleted are missed within the time to live', async () => {
    await using harness = await startProvisioning({ settings: { cacheTtlMs: 1 } });
    const user = { userName: 'ada@example.com', displayName: 'Ada L', name: { familyName: 'Byron' } };
    const id = String((await harness.createUser(user))['id']);
    expect(await harness.users.read(id, {}, harness.context)).toMatchObject({ name: { familyName: 'Byron' } });
    harness.simulator.state().documents.delete(annotate(id));
    await expect
      .poll(async () => harness.users.read(id, {}, harness.context))
      .toMatchObject({ name: { familyName: 'L' } });
  });
});
