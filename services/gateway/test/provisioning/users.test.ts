import { describe, expect, it } from 'vitest';
import { type Bench, startBench } from './bench.ts';

const patch = (...operations: unknown[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: operations,
});
const alice = {
  userName: 'alice@contoso.example',
  externalId: 'a-1',
  displayName: 'Alice Anders',
  name: { givenName: 'Alice', familyName: 'Anders' },
  emails: [{ value: 'alice@contoso.example', type: 'work', primary: true }],
  active: true,
};
const find = (value: string, attribute = 'userName') => ({
  filter: `${attribute} eq "${value}"`,
  startIndex: 1,
  count: 100,
  projection: {},
});

describe.each(['1.1', 'released', 'main'] as const)('users on a server of era %s', (era) => {
  const remembers = era !== '1.1';

  it('are created with what SCIM said, and found by any spelling of their userName', async () => {
    await using bench = await startBench({ simulator: { era } });
    const user = await bench.createUser(alice);
    expect(user).toMatchObject({
      userName: 'alice@contoso.example',
      displayName: 'Alice Anders',
      active: true,
      name: { givenName: 'Alice', familyName: 'Anders' },
    });
    expect(user['externalId']).toBe(remembers ? 'a-1' : undefined);
    const list = await bench.users.list(find('ALICE@contoso.EXAMPLE'), bench.context);
    expect(list).toMatchObject({ totalResults: 1, resources: [{ id: user['id'] }] });
  });

  it('cost no document when the entity can say everything', async () => {
    await using bench = await startBench({ simulator: { era } });
    await bench.createUser(alice);
    expect(bench.writes()).toEqual(['POST /api/v1/users']);
  });

  it('are refused a second time', async () => {
    await using bench = await startBench({ simulator: { era } });
    await bench.createUser(alice);
    await expect(bench.createUser(alice)).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
  });

  it('are found at once after an absence was cached, on another replica too', async () => {
    await using bench = await startBench({ simulator: { era } });
    const twin = bench.twin();
    expect((await twin.users.list(find('alice@contoso.example'), bench.context)).totalResults).toBe(0);
    await bench.createUser(alice);
    expect((await twin.users.list(find('alice@contoso.example'), bench.context)).totalResults).toBe(1);
  });

  it('are deactivated and restored, keeping their groups', async () => {
    await using bench = await startBench({ simulator: { era } });
    const user = await bench.createUser(alice);
    const id = String(user['id']);
    await bench.createGroup('Finance', [{ value: id }]);
    const off = await bench.users.patch(
      id,
      patch({ op: 'Replace', path: 'active', value: 'False' }),
      {},
      bench.context,
    );
    expect(off.resource).toMatchObject({ active: false });
    expect(await bench.users.read(id, {}, bench.context)).toMatchObject({ active: false });
    const on = await bench.users.patch(id, patch({ op: 'Replace', path: 'active', value: 'True' }), {}, bench.context);
    expect(on.resource).toMatchObject({ active: true });
    expect(bench.membersOf('finance')).toEqual(['alice']);
  });

  it('cause no write when a request changes nothing', async () => {
    await using bench = await startBench({ simulator: { era } });
    const user = await bench.createUser(alice);
    bench.writes();
    await bench.users.patch(
      String(user['id']),
      patch({ op: 'replace', value: { displayName: 'Alice Anders', active: true } }),
      {},
      bench.context,
    );
    await bench.users.replace(
      String(user['id']),
      { ...alice, id: user['id'], externalId: user['externalId'] ?? null },
      {},
      bench.context,
    );
    expect(bench.writes()).toEqual([]);
  });

  it('are renamed in Collate', async () => {
    await using bench = await startBench({ simulator: { era } });
    const user = await bench.createUser(alice);
    bench.writes();
    const { resource } = await bench.users.patch(
      String(user['id']),
      patch({ op: 'replace', value: { displayName: 'Alice Archer', 'name.familyName': 'Archer' } }),
      {},
      bench.context,
    );
    expect(resource).toMatchObject({
      displayName: 'Alice Archer',
      name: { formatted: 'Alice Archer', givenName: 'Alice', familyName: 'Archer' },
    });
    expect(bench.writes()).toEqual(['PATCH /api/v1/users/{id}']);
  });

  it('vanish when deleted, leave their groups, and return under the same id', async () => {
    await using bench = await startBench({ simulator: { era } });
    const user = await bench.createUser(alice);
    const id = String(user['id']);
    await bench.createGroup('Finance', [{ value: id }]);
    await bench.users.remove(id, bench.context);
    expect(bench.membersOf('finance')).toEqual([]);
    if (remembers) {
      await expect(bench.users.read(id, {}, bench.context)).rejects.toMatchObject({ status: 404 });
      await expect(bench.users.remove(id, bench.context)).rejects.toMatchObject({ status: 404 });
      expect((await bench.users.list(find('alice@contoso.example'), bench.context)).totalResults).toBe(0);
    } else expect(await bench.users.read(id, {}, bench.context)).toMatchObject({ active: false });
    expect(await bench.createUser(alice)).toMatchObject({ id, active: true });
    expect(bench.membersOf('finance')).toEqual([]);
  });

  it('SEC-R8: who came by single sign-on are adopted by a POST of the same e-mail, without a change of name or e-mail', async () => {
    await using bench = await startBench({ simulator: { era } });
    const row = bench.simulator
      .state()
      .insertUser({ name: 'al', email: 'alice@contoso.example', displayName: 'Al', isAdmin: false }, 'al');
    expect(await bench.createUser(alice)).toMatchObject({ id: row.id, userName: 'alice@contoso.example' });
    expect(row.json).toMatchObject({ name: 'al', email: 'alice@contoso.example' });
    if (remembers) await expect(bench.createUser(alice)).rejects.toMatchObject({ status: 409 });
  });

  it('that are created inactive stay so, although nobody answers what makes them so', async () => {
    await using bench = await startBench({ simulator: { era } });
    const body = { userName: 'ada@example.com', displayName: 'Ada', active: false };
    bench.simulator.arm([{ match: 'DELETE /api/v1/users', when: 'after', reset: true }]);
    await expect(bench.createUser(body)).rejects.toMatchObject({ status: 503 });
    bench.simulator.clearFaults();
    // Whatever would make the account active meanwhile fails to make it inactive again.
    bench.simulator.arm([{ match: 'DELETE /api/v1/users', when: 'before', reset: true }]);
    await bench.createUser(body).catch(() => undefined);
    const account = bench.simulator.dump().users.find(({ email }) => email === 'ada@example.com');
    expect(account).toMatchObject({ deleted: true });
  });

  it('SEC-R9: who were deactivated by an administrator stay so', async () => {
    await using bench = await startBench({ simulator: { era } });
    const user = await bench.createUser(alice);
    const row = bench.simulator.state().users.byId(String(user['id']));
    if (row !== undefined) row.json = { ...row.json, deleted: true, updatedBy: 'admin' };
    await expect(
      bench.users.patch(String(user['id']), patch({ op: 'replace', path: 'active', value: true }), {}, bench.context),
    ).rejects.toMatchObject({ status: 403 });
  });

  it('SEC-R23: never lose the last active administrator', async () => {
    await using bench = await startBench({ simulator: { era } });
    const [admin] = (await bench.users.list(find('admin@example.com'), bench.context)).resources;
    await expect(
      bench.users.patch(
        String(admin?.['id']),
        patch({ op: 'replace', path: 'active', value: false }),
        {},
        bench.context,
      ),
    ).rejects.toMatchObject({ status: 403 });
    await expect(bench.users.remove(String(admin?.['id']), bench.context)).rejects.toMatchObject({ status: 403 });
    expect(bench.writes(), 'refused before the first write').toEqual([]);
  });

  it('are listed page by page in a stable order, bots left out', async () => {
    await using bench = await startBench({ simulator: { era, users: 12 } });
    const page = (startIndex: number) => bench.users.list({ startIndex, count: 5, projection: {} }, bench.context);
    const pages = [await page(1), await page(6), await page(11), await page(16)];
    expect(pages.map(({ resources }) => resources.length)).toEqual([5, 5, 3, 0]);
    expect(pages[0]?.totalResults).toBe(13);
    expect(new Set(pages.flatMap(({ resources }) => resources.map(({ id }) => id))).size).toBe(13);
  });
});

describe('users whose whole name is remembered', () => {
  const settings = { rememberedAttributes: ['name'] };
  const ada = { ...alice, displayName: 'Ada Byron', name: { givenName: 'Ada Augusta', middleName: 'Noel' } };

  it('have a formatted name that follows their display name', async () => {
    await using bench = await startBench({ settings });
    const id = String((await bench.createUser(ada))['id']);
    const rename = { op: 'replace', path: 'displayName', value: 'Ada Lovelace' };
    const { resource } = await bench.users.patch(id, patch(rename), {}, bench.context);
    expect(resource?.['name']).toMatchObject({
      formatted: 'Ada Lovelace',
      givenName: 'Ada Augusta',
      middleName: 'Noel',
    });
  });

  it('have none once it is removed', async () => {
    await using bench = await startBench({ settings });
    const id = String((await bench.createUser(ada))['id']);
    const { resource } = await bench.users.patch(id, patch({ op: 'remove', path: 'name' }), {}, bench.context);
    expect(resource).not.toHaveProperty('name');
  });
});

describe('users whose attributes Collate has no field for', () => {
  it('SEC-R8: keep a changed userName and e-mail in a document, found and shown at once', async () => {
    await using bench = await startBench();
    const id = String((await bench.createUser(alice))['id']);
    await bench.users.patch(
      id,
      patch(
        { op: 'Replace', path: 'userName', value: 'alice.new@contoso.example' },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'alice.a@contoso.example' },
      ),
      {},
      bench.context,
    );
    expect((await bench.users.list(find('alice.new@contoso.example'), bench.context)).resources).toMatchObject([
      { id, emails: [{ value: 'alice.a@contoso.example' }] },
    ]);
    expect((await bench.users.list(find('alice.a@contoso.example', 'emails.value'), bench.context)).totalResults).toBe(
      1,
    );
    expect(bench.simulator.dump().users.find((user) => user['id'] === id)).toMatchObject({
      email: 'alice@contoso.example',
      name: 'alice',
    });
    expect(bench.notices).toContainEqual({ kind: 'email-remembered', userId: id });
  });

  it('refuse a changed e-mail where nothing can remember it, unless the person leaves', async () => {
    await using bench = await startBench({ simulator: { era: '1.1' } });
    const id = String((await bench.createUser(alice))['id']);
    const rename = { op: 'replace', path: 'emails[type eq "work"].value', value: 'other@contoso.example' };
    await expect(bench.users.patch(id, patch(rename), {}, bench.context)).rejects.toMatchObject({
      status: 400,
      scimType: 'mutability',
    });
    const { resource } = await bench.users.patch(
      id,
      patch(rename, { op: 'replace', path: 'active', value: false }),
      {},
      bench.context,
    );
    expect(resource).toMatchObject({ active: false, emails: [{ value: 'alice@contoso.example' }] });
  });

  it.each(['nonsense', 'two@@contoso.example', 'a blank@contoso.example'])(
    'refuse to change their e-mail to %s, which is no address, unless the person leaves',
    async (value) => {
      await using bench = await startBench();
      const id = String((await bench.createUser(alice))['id']);
      const rename = { op: 'replace', path: 'emails[type eq "work"].value', value };
      await expect(bench.users.patch(id, patch(rename), {}, bench.context)).rejects.toMatchObject({
        status: 400,
        scimType: 'invalidValue',
      });
      const emails = [{ value, type: 'work' }];
      await expect(bench.users.replace(id, { ...alice, emails }, {}, bench.context)).rejects.toMatchObject({
        status: 400,
        scimType: 'invalidValue',
      });
      const leave = { op: 'replace', path: 'active', value: false };
      const { resource } = await bench.users.patch(id, patch(rename, leave), {}, bench.context);
      expect(resource).toMatchObject({ active: false, emails: [{ value: 'alice@contoso.example' }] });
    },
  );

  it('refuse the address of somebody who was deleted to another person', async () => {
    await using bench = await startBench();
    const id = String((await bench.createUser(alice))['id']);
    await bench.users.remove(id, bench.context);
    await expect(bench.createUser({ ...alice, externalId: 'somebody-else' })).rejects.toMatchObject({ status: 409 });
  });

  it('SEC-R29: do not believe a document that somebody else wrote', async () => {
    await using bench = await startBench();
    const id = String((await bench.createUser(alice))['id']);
    const name = `scim-user-${id}`;
    const data = {
      kind: 'user',
      id,
      provider: 'x',
      attributes: { userName: 'forged@contoso.example' },
      tombstone: true,
    };
    bench.simulator.state().documents.set(name, {
      id: 'd',
      json: { id: 'd', name, fullyQualifiedName: name, entityType: 'ScimGateway', data, updatedBy: 'mallory' },
    });
    expect(await bench.users.read(id, {}, bench.context)).toMatchObject({ userName: 'alice@contoso.example' });
  });

  it('are completed by the repetition of a POST that stopped before the document was written', async () => {
    await using bench = await startBench();
    const odd = { ...alice, name: { givenName: 'Ali', familyName: 'van Anders' } };
    bench.simulator.arm([{ match: 'PUT /api/v1/docStore', when: 'before', status: 500 }]);
    await expect(bench.createUser(odd)).rejects.toMatchObject({ status: 503 });
    bench.simulator.clearFaults();
    expect(await bench.createUser(odd)).toMatchObject({ name: { givenName: 'Ali', familyName: 'van Anders' } });
    await expect(bench.createUser(odd)).rejects.toMatchObject({ status: 409 });
  });
});

describe('the other account of somebody whose address changed', () => {
  const rename = patch({ op: 'replace', path: 'emails[type eq "work"].value', value: 'lovelace@contoso.example' });
  const leave = patch({ op: 'replace', path: 'active', value: false });
  const login = (bench: Bench, fields: Readonly<Record<string, unknown>> = {}) =>
    bench.simulator
      .state()
      .insertUser({ name: 'lovelace', email: 'lovelace@contoso.example', isAdmin: false, ...fields }, 'lovelace');

  it('SEC-R27: is deactivated with the person, and by a repetition where the first attempt stopped', async () => {
    await using bench = await startBench();
    const id = String((await bench.createUser(alice))['id']);
    await bench.users.patch(id, rename, {}, bench.context);
    const twin = login(bench);
    bench.simulator.arm([{ match: `DELETE /api/v1/users/${twin.id}`, when: 'before', status: 503 }]);
    await expect(bench.users.patch(id, leave, {}, bench.context)).rejects.toMatchObject({ status: 503 });
    bench.simulator.clearFaults();
    await bench.users.patch(id, leave, {}, bench.context);
    expect(twin.json).toMatchObject({ deleted: true });
    expect(bench.notices).toContainEqual({ kind: 'twin-deactivated', userId: twin.id, personId: id });
  });

  it.each(['soft', 'hard'] as const)(
    'is deactivated when the person is deleted (%s), by a repetition too',
    async (userDelete) => {
      await using bench = await startBench({ settings: { userDelete } });
      const id = String((await bench.createUser(alice))['id']);
      await bench.users.patch(id, rename, {}, bench.context);
      const twin = login(bench);
      bench.simulator.arm([{ match: `DELETE /api/v1/users/${twin.id}`, when: 'before', status: 503 }]);
      await expect(bench.users.remove(id, bench.context)).rejects.toMatchObject({ status: 503 });
      bench.simulator.clearFaults();
      await expect(bench.users.remove(id, bench.context)).rejects.toMatchObject({ status: 404 });
      expect(twin.json).toMatchObject({ deleted: true });
      const left = bench.simulator.dump().users.filter((user) => user['id'] === id);
      expect(left).toHaveLength(userDelete === 'hard' ? 0 : 1);
    },
  );

  it.each([
    ["an administrator's", { isAdmin: true }],
    ['protected', { name: 'vip' }],
    ["another provider's person", { externalId: 'somebody else' }],
  ])('is left alone when it is %s', async (_whose, fields) => {
    await using bench = await startBench({ settings: { protectedUsers: ['vip'] } });
    const id = String((await bench.createUser(alice))['id']);
    await bench.users.patch(id, rename, {}, bench.context);
    const other = login(bench, fields);
    await bench.users.patch(id, leave, {}, bench.context);
    expect(other.json).toMatchObject({ deleted: false });
  });
});

it('SEC-R27: a deactivation that Collate did not carry out is not reported as done', async () => {
  await using bench = await startBench();
  const user = await bench.createUser(alice);
  const row = bench.simulator.state().users.byId(String(user['id']));
  if (row === undefined) throw new Error('the user is there');
  const { json } = row;
  Object.defineProperty(row, 'json', { get: () => json, set: () => undefined });
  await expect(
    bench.users.patch(row.id, patch({ op: 'replace', path: 'active', value: false }), {}, bench.context),
  ).rejects.toMatchObject({ status: 503 });
});
