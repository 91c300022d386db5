import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { as, core, coreGroup, enterprise, message, query, type Server, startServer, strict } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (id: string) => server.call('GET', `/Users/${id}`);

describe('C. the resource model', () => {
  it('RFC-R023 takes attribute names in any case of letters', async () => {
    const made = await server.call('POST', '/Users', {
      SCHEMAS: [core],
      USERNAME: 'case@example.com',
      DisplayName: 'C',
    });
    expect(made.body).toMatchObject({ userName: 'case@example.com', displayName: 'C' });
  });

  it('RFC-R024 takes null, an empty list and absence for the same', async () => {
    const { body } = await server.user({ title: 'Steward', nickName: 'a' });
    const put = (more: object) =>
      server.call('PUT', `/Users/${body.id}`, { schemas: [core], userName: body.userName, ...more });
    expect((await put({ title: 'Steward', nickName: null })).body).not.toHaveProperty('nickName');
    expect((await put({ title: [] })).body).not.toHaveProperty('title');
    expect((await put({})).body).not.toHaveProperty('title');
  });

  it('RFC-R025 lists in schemas just what the resource uses', async () => {
    const plain = await server.user();
    expect(plain.body.schemas).toEqual([core]);
    const extended = await server.user({ schemas: [core, enterprise], [enterprise]: { department: 'D' } });
    expect(extended.body.schemas.sort()).toEqual([core, enterprise].sort());
    const refused = await server.call('POST', '/Users', { schemas: [], userName: 'x@example.com' }, as(strict));
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidSyntax']);
  });

  it('RFC-R026 gives ids itself, never again, and without "bulkId"', async () => {
    const made = await server.user({ id: 'mine' });
    expect(made.body.id).toMatch(/^[0-9a-f-]{36}$/);
    const second = await server.user();
    expect(second.body.id).not.toBe(made.body.id);
  });

  it('RFC-R027 RFC-R060 keeps externalId as it is, and compares it exactly', async () => {
    const { body } = await server.user({ externalId: 'AbC-1' });
    const find = async (value: string) =>
      (await server.call('GET', query('/Users', { filter: `externalId eq "${value}"` }))).body.totalResults;
    expect([body.externalId, await find('AbC-1'), await find('abc-1')]).toEqual(['AbC-1', 1, 0]);
  });

  it('RFC-R028 RFC-R045 RFC-R048 ignores the meta and id that a client sends', async () => {
    const made = await server.user({
      id: 'x',
      meta: { resourceType: 'Group', created: '2000-01-01T00:00:00Z' },
      groups: [{ value: 'g' }],
    });
    expect(made.body.meta).toMatchObject({ resourceType: 'User', location: `${server.baseUrl}/Users/${made.body.id}` });
    expect(made.body.meta.created).not.toContain('2000');
    expect(made.body).not.toHaveProperty('groups');
  });

  it('RFC-R029 RFC-R102 says created and modified at once of what is new, and not modified of what did not change', async () => {
    const { body } = await server.user({ displayName: 'Same' });
    expect(body.meta.created).toBe(body.meta.lastModified);
    const again = await server.patch(`/Users/${body.id}`, [{ op: 'add', path: 'displayName', value: 'Same' }]);
    expect(again.body.meta).toEqual(body.meta);
  });

  it('RFC-R028 says modified of every change, also of one that Collate itself does not see', async () => {
    for (const [path, value] of [
      ['externalId', 'modified-1'],
      ['userName', 'modified@example.com'],
      ['name.familyName', 'Modified'],
      ['displayName', 'Modified'],
      ['active', false],
    ]) {
      const { body: before } = await server.user();
      const { body: after } = await server.patch(`/Users/${before.id}`, [{ op: 'replace', path, value }]);
      expect(Date.parse(after.meta.lastModified), String(path)).toBeGreaterThan(Date.parse(before.meta.lastModified));
      expect((await server.call('GET', `/Users/${before.id}`)).body.meta).toEqual(after.meta);
    }
  });

  it('RFC-R028 goes on saying when was made what has been changed since, where a document of ours can hold it', async () => {
    const name = { givenName: 'Ada Maria', familyName: 'King-Noel' };
    const { body: user } = await server.user({ displayName: 'Ada', name });
    const renamed = await server.patch(`/Users/${user.id}`, [
      { op: 'replace', path: 'displayName', value: 'Countess' },
    ]);
    expect(renamed.body.meta.created).toBe(user.meta.created);
    const { body: group } = await server.group();
    const other = { op: 'replace', path: 'displayName', value: `${group.displayName} renamed` };
    expect((await server.patch(`/Groups/${group.id}`, [other])).body.meta.created).toBe(group.meta.created);
    expect((await server.call('GET', `/Groups/${group.id}`)).body.meta.created).toBe(group.meta.created);
  });

  it('RFC-R030 compares dates as instants', async () => {
    const { body } = await server.user();
    const instant = Date.parse(body.meta.lastModified);
    const local = new Date(instant + 3_600_000).toISOString().replace('Z', '+01:00');
    const found = await server.call(
      'GET',
      query('/Users', { filter: `id eq "${body.id}" and meta.lastModified eq "${local}"` }),
    );
    expect(found.body.totalResults).toBe(1);
  });

  it('RFC-R031 takes true and false for booleans; words only of the tolerant', async () => {
    const body = { schemas: [core], userName: 'bool@example.com', active: 'yes' };
    const refused = await server.call('POST', '/Users', body, as(strict));
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidValue']);
    expect((await server.call('POST', '/Users', { ...body, active: 'True' })).body.active).toBe(true);
  });

  it('RFC-R032 takes one primary value at most', async () => {
    const emails = ['a', 'b'].map((name) => ({ value: `${name}@example.com`, primary: true }));
    const refused = await server.user({ emails });
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidValue']);
  });

  it('RFC-R033 keeps a value of one type once', async () => {
    const phone = { value: '+1 555', type: 'work' };
    const { body } = await server.user({ phoneNumbers: [phone, { ...phone }] });
    expect(body.phoneNumbers).toHaveLength(1);
  });

  it('RFC-R034 RFC-R047 demands a userName that nobody has, in any case of letters', async () => {
    const missing = await server.call('POST', '/Users', { schemas: [core] });
    expect([missing.status, missing.body.scimType]).toEqual([400, 'invalidValue']);
    expect((await server.user({ userName: '' })).status).toBe(400);
    await server.user({ userName: 'once@example.com' });
    const twice = await server.user({ userName: 'ONCE@example.com' });
    expect([twice.status, twice.body.scimType]).toEqual([409, 'uniqueness']);
  });

  it('RFC-R035 lists userNames by a filter in any case and form of letters; a look-up folds ASCII only', async () => {
    const { body } = await server.user({ userName: 'émile@example.com', emails: [{ value: 'emile@example.com' }] });
    const find = async (filter: string) =>
      (await server.call('GET', query('/Users', { filter }))).body.Resources.map(({ id }: { id: string }) => id);
    expect(await find('userName sw "ÉMILE"')).toEqual([body.id]);
    expect(await find(`userName sw "${'émile'.normalize('NFD')}"`)).toEqual([body.id]);
    expect(await find('userName eq "émile@EXAMPLE.com"')).toEqual([body.id]);
    expect(await find('userName eq "ÉMILE@example.com"')).toEqual([]);
  });

  it('RFC-R036 RFC-R079 never shows a password, nor keeps it anywhere', async () => {
    const { body } = await server.user({ password: 'correct-horse' });
    for (const path of [`/Users/${body.id}`, `/Users/${body.id}?attributes=password`, '/Users']) {
      expect(JSON.stringify((await server.call('GET', path)).body)).not.toContain('horse');
    }
    expect((await server.call('GET', query('/Users', { filter: 'password eq "correct-horse"' }))).status).toBe(400);
    expect(server.log()).not.toContain('horse');
  });

  it('RFC-R037 changes a user’s groups by the group only', async () => {
    const { body } = await server.user({ groups: [{ value: 'g' }] });
    const refused = await server.patch(`/Users/${body.id}`, [{ op: 'add', path: 'groups', value: [{ value: 'g' }] }]);
    expect([refused.status, refused.body.scimType]).toEqual([400, 'mutability']);
    const group = await server.group({ members: [{ value: body.id }] });
    expect((await get(body.id)).body.groups).toMatchObject([{ value: group.body.id }]);
  });

  it('RFC-R038 demands a displayName of a group', async () => {
    const refused = await server.call('POST', '/Groups', { schemas: [coreGroup] });
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidValue']);
  });

  it('RFC-R039 keeps the parts of a member as they are', async () => {
    const user = await server.user();
    const group = await server.group({ members: [{ value: user.body.id }] });
    const refused = await server.patch(`/Groups/${group.body.id}`, [
      { op: 'replace', path: `members[value eq "${user.body.id}"].value`, value: 'other' },
    ]);
    expect([refused.status, refused.body.scimType]).toEqual([400, 'mutability']);
  });

  it('RFC-R040 shows a manager as an object, however it was sent', async () => {
    const { body } = await server.user();
    const path = `${enterprise}:manager`;
    const set = await server.patch(`/Users/${body.id}`, [{ op: 'add', path, value: 'boss-1' }]);
    expect(set.body[enterprise].manager).toMatchObject({ value: 'boss-1' });
    const refused = await server.patch(`/Users/${body.id}`, [{ op: 'add', path, value: 'boss-1' }], as(strict));
    expect(refused.status).toBe(400);
  });

  it('RFC-R041 gives attributes the characteristics that the RFC has for them', async () => {
    const { attributes } = (await server.call('GET', `/Schemas/${core}`)).body;
    const title = attributes.find(({ name }: { name: string }) => name === 'title');
    expect(title).toMatchObject({
      type: 'string',
      multiValued: false,
      required: false,
      caseExact: false,
      mutability: 'readWrite',
      returned: 'default',
      uniqueness: 'none',
    });
  });

  it('RFC-R042 refuses members who do not exist where none does, skips them beside others', async () => {
    const nobody = '00000000-0000-4000-8000-000000000000';
    const refused = await server.group({ members: [{ value: nobody }] });
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidValue']);
    const user = await server.user();
    const made = await server.group({ members: [{ value: nobody }, { value: user.body.id }] });
    expect(made.body.members).toMatchObject([{ value: user.body.id }]);
  });
});

describe('D. create', () => {
  it('RFC-R043 RFC-R044 answers 201 with the whole resource and its place', async () => {
    const made = await server.user({ displayName: 'Ada' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ id: expect.any(String), displayName: 'Ada', meta: { resourceType: 'User' } });
    expect(made.headers.get('location')).toBe(made.body.meta.location);
    expect(made.headers.get('content-location')).toBe(made.body.meta.location);
    expect((await get(made.body.id)).body).toEqual(made.body);
  });

  it('RFC-R046 takes a user for active unless told otherwise', async () => {
    expect((await server.user()).body.active).toBe(true);
    expect((await server.user({ active: false })).body.active).toBe(false);
  });

  it('RFC-R049 tells a broken body from a wrong value', async () => {
    for (const body of ['{', '[]', '7', '"x"', '{"a":1}']) {
      const refused = await server.call('POST', '/Users', body, as(strict));
      expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidSyntax']);
    }
    const wrong = await server.user({ displayName: { a: 1 } });
    expect([wrong.status, wrong.body.scimType]).toEqual([400, 'invalidValue']);
    const schema = { schemas: [coreGroup], userName: 'x@example.com' };
    expect((await server.call('POST', '/Users', schema, as(strict))).body.scimType).toBe('invalidSyntax');
  });

  it('RFC-R080 shows of what it made just the attributes asked for', async () => {
    const body = { schemas: [core], userName: 'projected@example.com', displayName: 'P' };
    const made = await server.call('POST', '/Users?attributes=displayName', body);
    expect(Object.keys(made.body).sort()).toEqual(['displayName', 'id', 'schemas']);
    expect((await server.call('POST', '/Users?attributes=id&excludedAttributes=meta', body)).status).toBe(400);
    expect(made.headers.get('location')).toContain(made.body.id);
    expect(message('Error')).toContain('Error');
  });
});
