import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { as, core, coreGroup, enterprise, type Harness, message, query, startHarness, strict } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

const get = (id: string) => harness.call('GET', `/Users/${id}`);

describe('C. the resource model', () => {
  it('RFC-R023 accepts attribute names in any letter case', async () => {
    const made = await harness.call('POST', '/Users', {
      SCHEMAS: [core],
      USERNAME: 'case@example.com',
      DisplayName: 'C',
    });
    expect(made.body).toMatchObject({ userName: 'case@example.com', displayName: 'C' });
  });

  it('RFC-R024 treats null, an empty list and absence as the same', async () => {
    const { body } = await harness.user({ title: 'Steward', nickName: 'a' });
    const put = (more: object) =>
      harness.call('PUT', `/Users/${body.id}`, { schemas: [core], userName: body.userName, ...more });
    expect((await put({ title: 'Steward', nickName: null })).body).not.toHaveProperty('nickName');
    expect((await put({ title: [] })).body).not.toHaveProperty('title');
    expect((await put({})).body).not.toHaveProperty('title');
  });

  it('RFC-R025 lists in schemas only the schemas that the resource uses', async () => {
    const plain = await harness.user();
    expect(plain.body.schemas).toEqual([core]);
    const extended = await harness.user({ schemas: [core, enterprise], [enterprise]: { department: 'D' } });
    expect(extended.body.schemas.sort()).toEqual([core, enterprise].sort());
    const refused = await harness.call('POST', '/Users', { schemas: [], userName: 'x@example.com' }, as(strict));
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidSyntax']);
  });

  it('RFC-R026 assigns ids itself, each once, and none containing "bulkId"', async () => {
    const made = await harness.user({ id: 'mine' });
    expect(made.body.id).toMatch(/^[0-9a-f-]{36}$/);
    const second = await harness.user();
    expect(second.body.id).not.toBe(made.body.id);
  });

  it('RFC-R027 RFC-R060 returns externalId unchanged, and compares it case-sensitively', async () => {
    const { body } = await harness.user({ externalId: 'AbC-1' });
    const find = async (value: string) =>
      (await harness.call('GET', query('/Users', { filter: `externalId eq "${value}"` }))).body.totalResults;
    expect([body.externalId, await find('AbC-1'), await find('abc-1')]).toEqual(['AbC-1', 1, 0]);
  });

  it('RFC-R028 RFC-R045 RFC-R048 ignores meta, id and groups that a client sends', async () => {
    const made = await harness.user({
      id: 'x',
      meta: { resourceType: 'Group', created: '2000-01-01T00:00:00Z' },
      groups: [{ value: 'g' }],
    });
    expect(made.body.meta).toMatchObject({
      resourceType: 'User',
      location: `${harness.baseUrl}/Users/${made.body.id}`,
    });
    expect(made.body.meta.created).not.toContain('2000');
    expect(made.body).not.toHaveProperty('groups');
  });

  it('RFC-R029 RFC-R102 gives a new resource equal created and lastModified, and keeps lastModified for a PATCH without effect', async () => {
    const { body } = await harness.user({ displayName: 'Same' });
    expect(body.meta.created).toBe(body.meta.lastModified);
    const again = await harness.patch(`/Users/${body.id}`, [{ op: 'add', path: 'displayName', value: 'Same' }]);
    expect(again.body.meta).toEqual(body.meta);
  });

  it('RFC-R028 raises lastModified with every change, also one that only an annotation stores', async () => {
    for (const [path, value] of [
      ['externalId', 'modified-1'],
      ['userName', 'modified@example.com'],
      ['name.familyName', 'Modified'],
      ['displayName', 'Modified'],
      ['active', false],
    ]) {
      const { body: before } = await harness.user();
      const { body: after } = await harness.patch(`/Users/${before.id}`, [{ op: 'replace', path, value }]);
      expect(Date.parse(after.meta.lastModified), String(path)).toBeGreaterThan(Date.parse(before.meta.lastModified));
      expect((await harness.call('GET', `/Users/${before.id}`)).body.meta).toEqual(after.meta);
    }
  });

  it('RFC-R028 keeps meta.created after a change if an annotation can store it', async () => {
    const name = { givenName: 'Ada Maria', familyName: 'King-Noel' };
    const { body: user } = await harness.user({ displayName: 'Ada', name });
    const renamed = await harness.patch(`/Users/${user.id}`, [
      { op: 'replace', path: 'displayName', value: 'Countess' },
    ]);
    expect(renamed.body.meta.created).toBe(user.meta.created);
    const { body: group } = await harness.group();
    const other = { op: 'replace', path: 'displayName', value: `${group.displayName} renamed` };
    expect((await harness.patch(`/Groups/${group.id}`, [other])).body.meta.created).toBe(group.meta.created);
    expect((await harness.call('GET', `/Groups/${group.id}`)).body.meta.created).toBe(group.meta.created);
  });

  it('RFC-R030 compares dates as instants', async () => {
    const { body } = await harness.user();
    const instant = Date.parse(body.meta.lastModified);
    const local = new Date(instant + 3_600_000).toISOString().replace('Z', '+01:00');
    const found = await harness.call(
      'GET',
      query('/Users', { filter: `id eq "${body.id}" and meta.lastModified eq "${local}"` }),
    );
    expect(found.body.totalResults).toBe(1);
  });

  it('RFC-R031 accepts true and false for booleans; strings only from a tolerant credential', async () => {
    const body = { schemas: [core], userName: 'bool@example.com', active: 'yes' };
    const refused = await harness.call('POST', '/Users', body, as(strict));
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidValue']);
    expect((await harness.call('POST', '/Users', { ...body, active: 'True' })).body.active).toBe(true);
  });

  it('RFC-R032 refuses two primary values', async () => {
    const emails = ['a', 'b'].map((name) => ({ value: `${name}@example.com`, primary: true }));
    const refused = await harness.user({ emails });
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidValue']);
  });

  it('RFC-R033 stores equal values of one type once', async () => {
    const phone = { value: '+1 555', type: 'work' };
    const { body } = await harness.user({ phoneNumbers: [phone, { ...phone }] });
    expect(body.phoneNumbers).toHaveLength(1);
  });

  it('RFC-R034 RFC-R047 refuses a userName that is missing, empty, or in use in another letter case', async () => {
    const missing = await harness.call('POST', '/Users', { schemas: [core] });
    expect([missing.status, missing.body.scimType]).toEqual([400, 'invalidValue']);
    expect((await harness.user({ userName: '' })).status).toBe(400);
    await harness.user({ userName: 'once@example.com' });
    const twice = await harness.user({ userName: 'ONCE@example.com' });
    expect([twice.status, twice.body.scimType]).toEqual([409, 'uniqueness']);
  });

  it('RFC-R035 folds the case and form of every letter in a list filter and in a look-up', async () => {
    const { body } = await harness.user({ userName: 'émile@example.com', emails: [{ value: 'emile@example.com' }] });
    const find = async (filter: string) =>
      (await harness.call('GET', query('/Users', { filter }))).body.Resources.map(({ id }: { id: string }) => id);
    expect(await find('userName sw "ÉMILE"')).toEqual([body.id]);
    expect(await find(`userName sw "${'émile'.normalize('NFD')}"`)).toEqual([body.id]);
    expect(await find('userName eq "émile@EXAMPLE.com"')).toEqual([body.id]);
    expect(await find('userName eq "ÉMILE@example.com"')).toEqual([body.id]);
  });

  it('RFC-R036 RFC-R079 never returns, logs or filters by a password', async () => {
    const { body } = await harness.user({ password: 'correct-horse' });
    for (const path of [`/Users/${body.id}`, `/Users/${body.id}?attributes=password`, '/Users']) {
      expect(JSON.stringify((await harness.call('GET', path)).body)).not.toContain('horse');
    }
    expect((await harness.call('GET', query('/Users', { filter: 'password eq "correct-horse"' }))).status).toBe(400);
    expect(harness.log()).not.toContain('horse');
  });

  it('RFC-R037 refuses to change a user’s groups at the user, and shows changes made at the group', async () => {
    const { body } = await harness.user({ groups: [{ value: 'g' }] });
    const refused = await harness.patch(`/Users/${body.id}`, [{ op: 'add', path: 'groups', value: [{ value: 'g' }] }]);
    expect([refused.status, refused.body.scimType]).toEqual([400, 'mutability']);
    const group = await harness.group({ members: [{ value: body.id }] });
    expect((await get(body.id)).body.groups).toMatchObject([{ value: group.body.id }]);
  });

  it('RFC-R038 refuses a group without displayName', async () => {
    const refused = await harness.call('POST', '/Groups', { schemas: [coreGroup] });
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidValue']);
  });

  it('RFC-R039 refuses to change the value of a member', async () => {
    const user = await harness.user();
    const group = await harness.group({ members: [{ value: user.body.id }] });
    const refused = await harness.patch(`/Groups/${group.body.id}`, [
      { op: 'replace', path: `members[value eq "${user.body.id}"].value`, value: 'other' },
    ]);
    expect([refused.status, refused.body.scimType]).toEqual([400, 'mutability']);
  });

  it('RFC-R040 returns a manager as an object, also if it was sent as a string', async () => {
    const { body } = await harness.user();
    const path = `${enterprise}:manager`;
    const set = await harness.patch(`/Users/${body.id}`, [{ op: 'add', path, value: 'boss-1' }]);
    expect(set.body[enterprise].manager).toMatchObject({ value: 'boss-1' });
    const refused = await harness.patch(`/Users/${body.id}`, [{ op: 'add', path, value: 'boss-1' }], as(strict));
    expect(refused.status).toBe(400);
  });

  it('RFC-R041 gives title the characteristics of the RFC', async () => {
    const { attributes } = (await harness.call('GET', `/Schemas/${core}`)).body;
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

  it('RFC-R042 refuses a group whose only members do not exist, and skips unknown members beside known ones', async () => {
    const unknownUser = '00000000-0000-4000-8000-000000000000';
    const refused = await harness.group({ members: [{ value: unknownUser }] });
    expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidValue']);
    const user = await harness.user();
    const made = await harness.group({ members: [{ value: unknownUser }, { value: user.body.id }] });
    expect(made.body.members).toMatchObject([{ value: user.body.id }]);
  });
});

describe('D. create', () => {
  it('RFC-R043 RFC-R044 answers a creation with 201, the whole resource and its location', async () => {
    const made = await harness.user({ displayName: 'Ada' });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ id: expect.any(String), displayName: 'Ada', meta: { resourceType: 'User' } });
    expect(made.headers.get('location')).toBe(made.body.meta.location);
    expect(made.headers.get('content-location')).toBe(made.body.meta.location);
    expect((await get(made.body.id)).body).toEqual(made.body);
  });

  it('RFC-R046 creates a user active unless active is false', async () => {
    expect((await harness.user()).body.active).toBe(true);
    expect((await harness.user({ active: false })).body.active).toBe(false);
  });

  it('RFC-R049 answers a malformed body with invalidSyntax, a wrong value with invalidValue', async () => {
    for (const body of ['{', '[]', '7', '"x"', '{"a":1}']) {
      const refused = await harness.call('POST', '/Users', body, as(strict));
      expect([refused.status, refused.body.scimType]).toEqual([400, 'invalidSyntax']);
    }
    const wrong = await harness.user({ displayName: { a: 1 } });
    expect([wrong.status, wrong.body.scimType]).toEqual([400, 'invalidValue']);
    const schema = { schemas: [coreGroup], userName: 'x@example.com' };
    expect((await harness.call('POST', '/Users', schema, as(strict))).body.scimType).toBe('invalidSyntax');
  });

  it('RFC-R080 returns only the requested attributes of a created resource', async () => {
    const body = { schemas: [core], userName: 'projected@example.com', displayName: 'P' };
    const made = await harness.call('POST', '/Users?attributes=displayName', body);
    expect(Object.keys(made.body).sort()).toEqual(['displayName', 'id', 'schemas']);
    expect((await harness.call('POST', '/Users?attributes=id&excludedAttributes=meta', body)).status).toBe(400);
    expect(made.headers.get('location')).toContain(made.body.id);
    expect(message('Error')).toContain('Error');
  });
});
