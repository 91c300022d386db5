import { createMemoryStore, type Store } from '@scim-gateway/cache';
import { describe, expect, it } from 'vitest';
import { patchOf } from '../support/fixtures.ts';
import { type ProvisioningHarness, startProvisioning } from './provisioning-harness.ts';

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

describe.each(['1.1', '1.12', '2.0'] as const)('users on a server of generation %s', (generation) => {
  const remembers = generation !== '1.1';

  it('POST creates a user with the values sent, and a look-up finds it by any spelling of its userName', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const user = await harness.createUser(alice);
    expect(user).toMatchObject({
      userName: 'alice@contoso.example',
      displayName: 'Alice Anders',
      active: true,
      name: { givenName: 'Alice', familyName: 'Anders' },
    });
    expect(user['externalId']).toBe(remembers ? 'a-1' : undefined);
    const list = await harness.users.list(find('ALICE@contoso.EXAMPLE'), harness.context);
    expect(list).toMatchObject({ totalResults: 1, resources: [{ id: user['id'] }] });
  });

  it('POST writes no document for a user whose account stores every value', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    await harness.createUser(alice);
    expect(harness.writes()).toEqual(['POST /api/v1/users']);
  });

  it('POST of an existing user is refused as a duplicate', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    await harness.createUser(alice);
    await expect(harness.createUser(alice)).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
  });

  it.runIf(remembers)('POST of an unchanged user with other names and another externalId is a duplicate', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    await harness.createUser(alice);
    const other = { ...alice, externalId: 'a-2', name: { givenName: 'Alice Maria', familyName: 'Anders' } };
    await expect(harness.createUser(other)).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
  });

  it('a look-up on another replica finds a created user at once, although it has cached the absence', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const replica = harness.twin();
    expect((await replica.users.list(find('alice@contoso.example'), harness.context)).totalResults).toBe(0);
    await harness.createUser(alice);
    expect((await replica.users.list(find('alice@contoso.example'), harness.context)).totalResults).toBe(1);
  });

  it('PATCH of active deactivates and reactivates a user, who keeps the groups', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const user = await harness.createUser(alice);
    const id = String(user['id']);
    await harness.createGroup('Finance', [{ value: id }]);
    const off = await harness.users.patch(
      id,
      patchOf({ op: 'Replace', path: 'active', value: 'False' }),
      {},
      harness.context,
    );
    expect(off.resource).toMatchObject({ active: false });
    expect(await harness.users.read(id, {}, harness.context)).toMatchObject({ active: false });
    const on = await harness.users.patch(
      id,
      patchOf({ op: 'Replace', path: 'active', value: 'True' }),
      {},
      harness.context,
    );
    expect(on.resource).toMatchObject({ active: true });
    expect(harness.membersOf('finance')).toEqual(['alice']);
  });

  it('PATCH and PUT without a difference write nothing', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const user = await harness.createUser(alice);
    harness.writes();
    await harness.users.patch(
      String(user['id']),
      patchOf({ op: 'replace', value: { displayName: 'Alice Anders', active: true } }),
      {},
      harness.context,
    );
    await harness.users.replace(
      String(user['id']),
      { ...alice, id: user['id'], externalId: user['externalId'] ?? null },
      {},
      harness.context,
    );
    expect(harness.writes()).toEqual([]);
  });

  it('PATCH of displayName and familyName renames the account by one write', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const user = await harness.createUser(alice);
    harness.writes();
    const { resource } = await harness.users.patch(
      String(user['id']),
      patchOf({ op: 'replace', value: { displayName: 'Alice Archer', 'name.familyName': 'Archer' } }),
      {},
      harness.context,
    );
    expect(resource).toMatchObject({
      displayName: 'Alice Archer',
      name: { formatted: 'Alice Archer', givenName: 'Alice', familyName: 'Archer' },
    });
    expect(harness.writes()).toEqual(['PATCH /api/v1/users/{id}']);
  });

  it('DELETE hides a user and ends its memberships, and POST revives it under the same id', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const user = await harness.createUser(alice);
    const id = String(user['id']);
    await harness.createGroup('Finance', [{ value: id }]);
    await harness.users.remove(id, harness.context);
    expect(harness.membersOf('finance')).toEqual([]);
    if (remembers) {
      await expect(harness.users.read(id, {}, harness.context)).rejects.toMatchObject({ status: 404 });
      await expect(harness.users.remove(id, harness.context)).rejects.toMatchObject({ status: 404 });
      expect((await harness.users.list(find('alice@contoso.example'), harness.context)).totalResults).toBe(0);
    } else expect(await harness.users.read(id, {}, harness.context)).toMatchObject({ active: false });
    expect(await harness.createUser(alice)).toMatchObject({ id, active: true });
    expect(harness.membersOf('finance')).toEqual([]);
  });

  it('SEC-R8: POST adopts an account from single sign-on with the same e-mail address, and changes neither its name nor its address', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const row = harness.simulator
      .state()
      .insertUser({ name: 'al', email: 'alice@contoso.example', displayName: 'Al', isAdmin: false }, 'al');
    expect(await harness.createUser(alice)).toMatchObject({ id: row.id, userName: 'alice@contoso.example' });
    expect(row.json).toMatchObject({ name: 'al', email: 'alice@contoso.example' });
    if (remembers) await expect(harness.createUser(alice)).rejects.toMatchObject({ status: 409 });
  });

  it('POST of an inactive user, repeated after its deactivation was not answered, never leaves the account active', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const body = { userName: 'ada@example.com', displayName: 'Ada', active: false };
    harness.simulator.arm([{ match: 'DELETE /api/v1/users', when: 'after', reset: true }]);
    await expect(harness.createUser(body)).rejects.toMatchObject({ status: 503 });
    harness.simulator.clearFaults();
    // A repetition that restored the account for a moment could not deactivate it again.
    harness.simulator.arm([{ match: 'DELETE /api/v1/users', when: 'before', reset: true }]);
    await harness.createUser(body).catch(() => undefined);
    const account = harness.simulator.dump().users.find(({ email }) => email === 'ada@example.com');
    expect(account).toMatchObject({ deleted: true });
  });

  it('SEC-R9: PATCH does not reactivate a user whom an administrator deactivated', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const user = await harness.createUser(alice);
    const row = harness.simulator.state().users.byId(String(user['id']));
    if (row !== undefined) row.json = { ...row.json, deleted: true, updatedBy: 'admin' };
    await expect(
      harness.users.patch(
        String(user['id']),
        patchOf({ op: 'replace', path: 'active', value: true }),
        {},
        harness.context,
      ),
    ).rejects.toMatchObject({ status: 403 });
  });

  it('SEC-R23: neither PATCH nor DELETE deactivates the last active administrator', async () => {
    await using harness = await startProvisioning({ simulator: { generation } });
    const [admin] = (await harness.users.list(find('admin@example.com'), harness.context)).resources;
    await expect(
      harness.users.patch(
        String(admin?.['id']),
        patchOf({ op: 'replace', path: 'active', value: false }),
        {},
        harness.context,
      ),
    ).rejects.toMatchObject({ status: 403 });
    await expect(harness.users.remove(String(admin?.['id']), harness.context)).rejects.toMatchObject({ status: 403 });
    expect(harness.writes(), 'refused before the first write').toEqual([]);
  });

  it('GET lists users page by page in a stable order, without bots', async () => {
    await using harness = await startProvisioning({ simulator: { generation, users: 12 } });
    const page = (startIndex: number) => harness.users.list({ startIndex, count: 5, projection: {} }, harness.context);
    const pages = [await page(1), await page(6), await page(11), await page(16)];
    expect(pages.map(({ resources }) => resources.length)).toEqual([5, 5, 3, 0]);
    expect(pages[0]?.totalResults).toBe(13);
    expect(new Set(pages.flatMap(({ resources }) => resources.map(({ id }) => id))).size).toBe(13);
  });
});

describe('users when REMEMBERED_ATTRIBUTES contains name', () => {
  const settings = { rememberedAttributes: ['name'] };
  const ada = { ...alice, displayName: 'Ada Byron', name: { givenName: 'Ada Augusta', middleName: 'Noel' } };

  it('PATCH of displayName changes the formatted name and keeps the other parts of the name', async () => {
    await using harness = await startProvisioning({ settings });
    const id = String((await harness.createUser(ada))['id']);
    const rename = { op: 'replace', path: 'displayName', value: 'Ada Lovelace' };
    const { resource } = await harness.users.patch(id, patchOf(rename), {}, harness.context);
    expect(resource?.['name']).toMatchObject({
      formatted: 'Ada Lovelace',
      givenName: 'Ada Augusta',
      middleName: 'Noel',
    });
  });

  it('PATCH that removes the name leaves no part of it', async () => {
    await using harness = await startProvisioning({ settings });
    const id = String((await harness.createUser(ada))['id']);
    const { resource } = await harness.users.patch(id, patchOf({ op: 'remove', path: 'name' }), {}, harness.context);
    expect(resource).not.toHaveProperty('name');
  });
});

describe('users with values that Collate has no field for', () => {
  it('SEC-R8: PATCH keeps a changed userName and e-mail address in a document, and look-ups find the user by both', async () => {
    await using harness = await startProvisioning();
    const id = String((await harness.createUser(alice))['id']);
    await harness.users.patch(
      id,
      patchOf(
        { op: 'Replace', path: 'userName', value: 'alice.new@contoso.example' },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'alice.a@contoso.example' },
      ),
      {},
      harness.context,
    );
    expect((await harness.users.list(find('alice.new@contoso.example'), harness.context)).resources).toMatchObject([
      { id, emails: [{ value: 'alice.a@contoso.example' }] },
    ]);
    expect(
      (await harness.users.list(find('alice.a@contoso.example', 'emails.value'), harness.context)).totalResults,
    ).toBe(1);
    expect(harness.simulator.dump().users.find((user) => user['id'] === id)).toMatchObject({
      email: 'alice@contoso.example',
      name: 'alice',
    });
    expect(harness.notices).toContainEqual({ kind: 'email-remembered', userId: id });
  });

  it('PATCH of the e-mail address is refused without a document store, and dropped when it also deactivates the user', async () => {
    await using harness = await startProvisioning({ simulator: { generation: '1.1' } });
    const id = String((await harness.createUser(alice))['id']);
    const rename = { op: 'replace', path: 'emails[type eq "work"].value', value: 'other@contoso.example' };
    await expect(harness.users.patch(id, patchOf(rename), {}, harness.context)).rejects.toMatchObject({
      status: 400,
      scimType: 'mutability',
    });
    const { resource } = await harness.users.patch(
      id,
      patchOf(rename, { op: 'replace', path: 'active', value: false }),
      {},
      harness.context,
    );
    expect(resource).toMatchObject({ active: false, emails: [{ value: 'alice@contoso.example' }] });
  });

  it.each(['nonsense', 'two@@contoso.example', 'a blank@contoso.example'])(
    'PATCH and PUT of the invalid e-mail address "%s" are refused, and PATCH drops it when it also deactivates the user',
    async (value) => {
      await using harness = await startProvisioning();
      const id = String((await harness.createUser(alice))['id']);
      const rename = { op: 'replace', path: 'emails[type eq "work"].value', value };
      await expect(harness.users.patch(id, patchOf(rename), {}, harness.context)).rejects.toMatchObject({
        status: 400,
        scimType: 'invalidValue',
      });
      const emails = [{ value, type: 'work' }];
      await expect(harness.users.replace(id, { ...alice, emails }, {}, harness.context)).rejects.toMatchObject({
        status: 400,
        scimType: 'invalidValue',
      });
      const deactivate = { op: 'replace', path: 'active', value: false };
      const { resource } = await harness.users.patch(id, patchOf(rename, deactivate), {}, harness.context);
      expect(resource).toMatchObject({ active: false, emails: [{ value: 'alice@contoso.example' }] });
    },
  );

  it('POST of another user with the e-mail address of a deleted one is refused', async () => {
    await using harness = await startProvisioning();
    const id = String((await harness.createUser(alice))['id']);
    await harness.users.remove(id, harness.context);
    await expect(harness.createUser({ ...alice, externalId: 'b-2' })).rejects.toMatchObject({ status: 409 });
  });

  it('SEC-R29: GET ignores a document that another account wrote', async () => {
    await using harness = await startProvisioning();
    const id = String((await harness.createUser(alice))['id']);
    const name = `scim-user-${id}`;
    const data = {
      kind: 'user',
      id,
      provider: 'x',
      attributes: { userName: 'forged@contoso.example' },
      tombstone: true,
    };
    harness.simulator.state().documents.set(name, {
      id: 'd',
      name,
      history: [],
      json: { id: 'd', name, fullyQualifiedName: name, entityType: 'ScimGateway', data, updatedBy: 'mallory' },
    });
    expect(await harness.users.read(id, {}, harness.context)).toMatchObject({ userName: 'alice@contoso.example' });
  });

  it('POST completes a user whose document an earlier attempt could not write, and refuses the next POST', async () => {
    await using harness = await startProvisioning();
    const odd = { ...alice, name: { givenName: 'Ali', familyName: 'van Anders' } };
    harness.simulator.arm([{ match: 'PUT /api/v1/docStore', when: 'before', status: 500 }]);
    await expect(harness.createUser(odd)).rejects.toMatchObject({ status: 503 });
    harness.simulator.clearFaults();
    expect(await harness.createUser(odd)).toMatchObject({ name: { givenName: 'Ali', familyName: 'van Anders' } });
    await expect(harness.createUser(odd)).rejects.toMatchObject({ status: 409 });
  });
});

describe('the twin account of a user whose e-mail address changed', () => {
  const rename = patchOf({ op: 'replace', path: 'emails[type eq "work"].value', value: 'lovelace@contoso.example' });
  const deactivate = patchOf({ op: 'replace', path: 'active', value: false });
  const login = (harness: ProvisioningHarness, fields: Readonly<Record<string, unknown>> = {}) =>
    harness.simulator
      .state()
      .insertUser({ name: 'lovelace', email: 'lovelace@contoso.example', isAdmin: false, ...fields }, 'lovelace');

  it('SEC-R27: is deactivated with the user, by a repetition where the first attempt stopped before it', async () => {
    await using harness = await startProvisioning();
    const id = String((await harness.createUser(alice))['id']);
    await harness.users.patch(id, rename, {}, harness.context);
    const twin = login(harness);
    harness.simulator.arm([{ match: `DELETE /api/v1/users/${twin.id}`, when: 'before', status: 503 }]);
    await expect(harness.users.patch(id, deactivate, {}, harness.context)).rejects.toMatchObject({ status: 503 });
    harness.simulator.clearFaults();
    await harness.users.patch(id, deactivate, {}, harness.context);
    expect(twin.json).toMatchObject({ deleted: true });
    expect(harness.notices).toContainEqual({ kind: 'twin-deactivated', userId: twin.id, personId: id });
  });

  it.each(['soft', 'hard'] as const)(
    'is deactivated by DELETE (%s), by a repetition where the first attempt stopped before it',
    async (userDelete) => {
      await using harness = await startProvisioning({ settings: { userDelete } });
      const id = String((await harness.createUser(alice))['id']);
      await harness.users.patch(id, rename, {}, harness.context);
      const twin = login(harness);
      harness.simulator.arm([{ match: `DELETE /api/v1/users/${twin.id}`, when: 'before', status: 503 }]);
      await expect(harness.users.remove(id, harness.context)).rejects.toMatchObject({ status: 503 });
      harness.simulator.clearFaults();
      await expect(harness.users.remove(id, harness.context)).rejects.toMatchObject({ status: 404 });
      expect(twin.json).toMatchObject({ deleted: true });
      const left = harness.simulator.dump().users.filter((user) => user['id'] === id);
      expect(left).toHaveLength(userDelete === 'hard' ? 0 : 1);
    },
  );

  it.each([
    ["an administrator's", { isAdmin: true }],
    ['protected', { name: 'vip' }],
    ["another provider's", { externalId: 'b-2' }],
  ])('stays active when it is %s', async (_owner, fields) => {
    await using harness = await startProvisioning({ settings: { protectedUsers: ['vip'] } });
    const id = String((await harness.createUser(alice))['id']);
    await harness.users.patch(id, rename, {}, harness.context);
    const other = login(harness, fields);
    await harness.users.patch(id, deactivate, {}, harness.context);
    expect(other.json).toMatchObject({ deleted: false });
  });
});

it('DELETE of a deleted user drops what look-ups have cached, which an earlier attempt may have left', async () => {
  const memory = createMemoryStore({ maxEntries: 1000 });
  let losesInvalidations = false;
  const store: Store = {
    get: (key, tags) => memory.get(key, tags),
    getMany: (lookups) => memory.getMany(lookups),
    snapshot: (tags) => memory.snapshot(tags),
    set: (key, value, options) => memory.set(key, value, options),
    invalidate: async (tags) => {
      if (!losesInvalidations) await memory.invalidate(tags);
    },
    [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
  };
  await using harness = await startProvisioning({ store });
  const id = String((await harness.createUser(alice))['id']);
  const lookUp = async () => (await harness.users.list(find(alice.userName), harness.context)).totalResults;
  expect(await lookUp()).toBe(1);
  losesInvalidations = true;
  await harness.users.remove(id, harness.context);
  losesInvalidations = false;
  expect(await lookUp(), 'the cached user').toBe(1);
  await expect(harness.users.remove(id, harness.context)).rejects.toMatchObject({ status: 404 });
  expect(await lookUp()).toBe(0);
});

describe('notices of a changed e-mail address', () => {
  const emails = { op: 'replace', path: 'emails[type eq "work"].value', value: 'alice.a@contoso.example' };
  const userName = { op: 'replace', path: 'userName', value: 'alice.a@contoso.example' };
  const deactivate = { op: 'replace', path: 'active', value: false };

  it('are reported once, by the PATCH that wrote the document, and not by an earlier one that failed', async () => {
    await using harness = await startProvisioning();
    const id = String((await harness.createUser(alice))['id']);
    harness.simulator.arm([{ match: 'PUT /api/v1/docStore', when: 'before', status: 500 }]);
    await expect(harness.users.patch(id, patchOf(emails, userName), {}, harness.context)).rejects.toMatchObject({
      status: 503,
    });
    expect(harness.notices).toEqual([]);
    harness.simulator.clearFaults();
    await harness.users.patch(id, patchOf(emails, userName), {}, harness.context);
    await harness.users.patch(id, patchOf(emails, userName), {}, harness.context);
    expect(harness.notices).toEqual([
      { kind: 'email-remembered', userId: id },
      { kind: 'user-name-remembered', userId: id },
    ]);
  });

  it('are not reported by a PATCH that is refused', async () => {
    await using harness = await startProvisioning();
    const id = String((await harness.createUser(alice))['id']);
    await harness.createUser({ ...alice, userName: 'alice.a@contoso.example', emails: [], externalId: 'b-2' });
    await expect(harness.users.patch(id, patchOf(emails, userName), {}, harness.context)).rejects.toMatchObject({
      status: 409,
    });
    expect(harness.notices).toEqual([]);
  });

  it('are reported by the PATCH that deactivates the user and drops the address, not by an earlier one that failed', async () => {
    await using harness = await startProvisioning({ settings: { emailChange: 'refuse' } });
    const id = String((await harness.createUser(alice))['id']);
    harness.simulator.arm([{ match: 'DELETE /api/v1/users', when: 'before', status: 500 }]);
    await expect(harness.users.patch(id, patchOf(emails, deactivate), {}, harness.context)).rejects.toMatchObject({
      status: 503,
    });
    expect(harness.notices).toEqual([]);
    harness.simulator.clearFaults();
    await harness.users.patch(id, patchOf(emails, deactivate), {}, harness.context);
    expect(harness.notices).toEqual([{ kind: 'email-change-dropped', userId: id }]);
  });
});

it('SEC-R27: PATCH fails with 503 when Collate acknowledges a deactivation but does not apply it', async () => {
  await using harness = await startProvisioning();
  const user = await harness.createUser(alice);
  const row = harness.simulator.state().users.byId(String(user['id']));
  if (row === undefined) throw new Error('the user has no account');
  const { json } = row;
  Object.defineProperty(row, 'json', { get: () => json, set: () => undefined });
  await expect(
    harness.users.patch(row.id, patchOf({ op: 'replace', path: 'active', value: false }), {}, harness.context),
  ).rejects.toMatchObject({ status: 503 });
});
