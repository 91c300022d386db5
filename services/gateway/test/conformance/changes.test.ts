import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { as, core, coreGroup, enterprise, type Harness, message, query, startHarness, strict } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

const unknownUser = '/Users/00000000-0000-4000-8000-000000000000';
const put = (user: { id: string; userName: string }, more: object = {}, headers = {}) =>
  harness.call('PUT', `/Users/${user.id}`, { schemas: [core], userName: user.userName, ...more }, headers);
const make = async (more: object = {}) => (await harness.user(more)).body;
const change = (user: { id: string }, ...operations: object[]) => harness.patch(`/Users/${user.id}`, operations);
const refusal = ({ status, body }: { status: number; body: { scimType?: string } }) => [status, body.scimType];

describe('F. replace', () => {
  it('RFC-R085 RFC-R090 clears attributes that a PUT leaves out, except those that Collate requires', async () => {
    const user = await make({ displayName: 'Ada', title: 'Steward', externalId: 'x' });
    const { status, body } = await put(user);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('title');
    expect(body).toMatchObject({ displayName: 'Ada', externalId: 'x', emails: user.emails });
  });

  it('RFC-R086 answers a PUT to an unknown id with 404, and creates nothing', async () => {
    expect((await harness.call('PUT', unknownUser, { schemas: [core], userName: 'put@example.com' })).status).toBe(404);
  });

  it('RFC-R087 ignores read-only attributes in a PUT', async () => {
    const user = await make();
    const { body } = await put(user, { id: 'other', meta: { version: 'x' }, groups: [{ value: 'g' }] });
    expect(body).toMatchObject({ id: user.id, meta: { resourceType: 'User' } });
    expect(body).not.toHaveProperty('groups');
  });

  it('RFC-R088 replaces members as a whole in a PUT', async () => {
    const [first, second] = [await make(), await make()];
    const group = (await harness.group({ members: [{ value: first.id }] })).body;
    const { body } = await harness.call('PUT', `/Groups/${group.id}`, {
      schemas: [coreGroup],
      displayName: group.displayName,
      members: [{ value: second.id }],
    });
    expect(body.members).toMatchObject([{ value: second.id }]);
  });

  it('RFC-R089 refuses a PUT without a required attribute', async () => {
    const user = await make();
    expect(refusal(await harness.call('PUT', `/Users/${user.id}`, { schemas: [core] }))).toEqual([400, 'invalidValue']);
  });

  it('RFC-R091 refuses a PUT with a userName that another user has', async () => {
    const [first, second] = [await make(), await make()];
    expect(refusal(await put(second, { userName: first.userName }))).toEqual([409, 'uniqueness']);
  });
});

describe('G. PATCH', () => {
  it('RFC-R092 SEC-R18 refuses a PATCH without operations or with an unknown one; from a strict client also without the schema', async () => {
    const user = await make();
    const send = (body: unknown) => harness.call('PATCH', `/Users/${user.id}`, body);
    const schemas = [message('PatchOp')];
    const unnamed = { Operations: [{ op: 'remove', path: 'title' }] };
    expect(refusal(await harness.call('PATCH', `/Users/${user.id}`, unnamed, as(strict)))).toEqual([
      400,
      'invalidSyntax',
    ]);
    expect((await send({ schemas })).status).toBe(400);
    expect((await send({ schemas, Operations: [] })).status).toBe(400);
    expect((await send({ schemas, Operations: [{ op: 'move', path: 'title' }] })).status).toBe(400);
    expect((await send({ schemas, Operations: [{ path: 'title', value: 'x' }] })).status).toBe(400);
  });

  it('RFC-R093 answers a PATCH with 200 and the resource; with 204 for a group unless attributes are requested', async () => {
    const user = await make();
    expect((await change(user, { op: 'add', path: 'title', value: 't' })).status).toBe(200);
    const group = (await harness.group()).body;
    const add = [{ op: 'add', path: 'members', value: [{ value: user.id }] }];
    expect((await harness.patch(`/Groups/${group.id}`, add)).status).toBe(204);
    const shown = await harness.patch(`/Groups/${group.id}?attributes=displayName`, add);
    expect([shown.status, shown.body]).toEqual([200, expect.objectContaining({ displayName: group.displayName })]);
  });

  it('RFC-R094 carries out all operations of a PATCH or none', async () => {
    const user = await make({ title: 'before' });
    const refused = await change(
      user,
      { op: 'replace', path: 'title', value: 'after' },
      { op: 'replace', path: 'id', value: 'x' },
    );
    expect(refusal(refused)).toEqual([400, 'mutability']);
    expect((await harness.call('GET', `/Users/${user.id}`)).body.title).toBe('before');
  });

  it('RFC-R095 carries out the operations of a PATCH in order', async () => {
    const user = await make();
    const { body } = await change(
      user,
      { op: 'add', path: 'title', value: 'a' },
      { op: 'remove', path: 'title' },
      { op: 'add', path: 'title', value: 'b' },
      { op: 'replace', path: 'title', value: 'c' },
    );
    expect(body.title).toBe('c');
  });

  it('RFC-R096 refuses a PATCH of a read-only attribute', async () => {
    const user = await make();
    for (const path of ['id', 'meta.created', 'groups', 'schemas']) {
      expect((await change(user, { op: 'replace', path, value: 'x' })).status).toBe(400);
    }
  });

  it('RFC-R097 keeps one primary value: the one that was set last', async () => {
    const user = await make({ phoneNumbers: [{ value: '1', type: 'work', primary: true }] });
    const { body } = await change(user, {
      op: 'add',
      path: 'phoneNumbers',
      value: [{ value: '2', type: 'mobile', primary: true }],
    });
    const primary = body.phoneNumbers.filter((each: { primary?: boolean }) => each.primary === true);
    expect(primary).toMatchObject([{ value: '2' }]);
  });

  it('RFC-R098 accepts every form of a path, and refuses malformed paths, and unknown ones of a strict client, with invalidPath', async () => {
    const user = await make({ phoneNumbers: [{ value: '1', type: 'work' }] });
    for (const path of [
      'name.familyName',
      `${core}:name.givenName`,
      `${enterprise}:department`,
      'phoneNumbers[type eq "work"].value',
    ]) {
      expect([path, (await change(user, { op: 'replace', path, value: 'New' })).status]).toEqual([path, 200]);
    }
    const bad = { malformed: ['name..familyName', 'name.', '[type eq "x"]'], unknown: ['shoeSize', 'name.shoeSize'] };
    for (const path of [...bad.malformed, ...bad.unknown]) {
      const headers = bad.unknown.includes(path) ? as(strict) : {};
      const answer = await harness.patch(`/Users/${user.id}`, [{ op: 'replace', path, value: 'x' }], headers);
      expect([path, ...refusal(answer)]).toEqual([path, 400, 'invalidPath']);
    }
  });

  it('RFC-R099 lists an extension’s URN in schemas while one of its attributes is assigned', async () => {
    const user = await make();
    const { body } = await change(user, { op: 'add', path: `${enterprise}:employeeNumber`, value: '7' });
    expect(body.schemas.sort()).toEqual([core, enterprise].sort());
    const removed = await change(user, { op: 'remove', path: `${enterprise}:employeeNumber` });
    expect(removed.body.schemas).toEqual([core]);
  });

  it('RFC-R100 refuses add without a value; without a path the value is an object of attributes', async () => {
    const user = await make();
    expect((await change(user, { op: 'add', path: 'title' })).status).toBe(400);
    expect((await change(user, { op: 'add', value: 'x' })).status).toBe(400);
    expect((await change(user, { op: 'add', value: { title: 'a', nickName: 'b' } })).body).toMatchObject({
      title: 'a',
      nickName: 'b',
    });
  });

  it('RFC-R101 RFC-R107 appends with add, replaces a list, and merges a complex attribute', async () => {
    const user = await make({
      phoneNumbers: [{ value: '1', type: 'work' }],
      name: { givenName: 'A', familyName: 'B' },
    });
    const added = await change(user, { op: 'add', path: 'phoneNumbers', value: [{ value: '2', type: 'home' }] });
    expect(added.body.phoneNumbers).toHaveLength(2);
    const merged = await change(user, { op: 'replace', path: 'name', value: { givenName: 'C' } });
    expect(merged.body.name).toMatchObject({ givenName: 'C', familyName: 'B' });
    const replaced = await change(user, { op: 'replace', path: 'phoneNumbers', value: [{ value: '3', type: 'work' }] });
    expect(replaced.body.phoneNumbers).toMatchObject([{ value: '3' }]);
  });

  it('RFC-R103 refuses remove without a path with noTarget', async () => {
    expect(refusal(await change(await make(), { op: 'remove' }))).toEqual([400, 'noTarget']);
  });

  it('RFC-R104 removes an attribute, or the values that a filter matches', async () => {
    const phones = [
      { value: '1', type: 'work' },
      { value: '2', type: 'home' },
    ];
    const user = await make({ title: 't', phoneNumbers: phones });
    const removed = await change(
      user,
      { op: 'remove', path: 'title' },
      { op: 'remove', path: 'phoneNumbers[type eq "work"]' },
    );
    expect(removed.body).not.toHaveProperty('title');
    expect(removed.body.phoneNumbers).toMatchObject([{ value: '2' }]);
    expect((await change(user, { op: 'remove', path: 'phoneNumbers' })).body).not.toHaveProperty('phoneNumbers');
  });

  it('RFC-R105 refuses to remove a required or read-only attribute', async () => {
    const user = await make();
    for (const path of ['userName', 'id']) {
      expect(refusal(await change(user, { op: 'remove', path }))).toEqual([400, 'mutability']);
    }
  });

  it('RFC-R106 accepts the removal of a user who is not a member; elsewhere a strict credential gets noTarget', async () => {
    const [user, other] = [await make(), await make()];
    const group = (await harness.group({ members: [{ value: user.id }] })).body;
    const remove = [{ op: 'remove', path: `members[value eq "${other.id}"]` }];
    expect((await harness.patch(`/Groups/${group.id}`, remove)).status).toBe(204);
    const strictly = await harness.patch(
      `/Users/${user.id}`,
      [{ op: 'remove', path: 'phoneNumbers[type eq "fax"]' }],
      as(strict),
    );
    expect(refusal(strictly)).toEqual([400, 'noTarget']);
  });

  it('RFC-R108 RFC-R109 replaces every matching value; without a match a tolerant credential adds one, a strict one gets noTarget', async () => {
    const phones = [
      { value: '1', type: 'work' },
      { value: '2', type: 'work' },
    ];
    const user = await make({ phoneNumbers: phones });
    const path = 'phoneNumbers[type eq "work"].display';
    const { body } = await change(user, { op: 'replace', path, value: 'x' });
    expect(body.phoneNumbers.map(({ display }: { display: string }) => display)).toEqual(['x', 'x']);
    const absent = [{ op: 'replace', path: 'phoneNumbers[type eq "home"].value', value: '3' }];
    expect(refusal(await harness.patch(`/Users/${user.id}`, absent, as(strict)))).toEqual([400, 'noTarget']);
    expect((await change(user, ...absent)).body.phoneNumbers).toHaveLength(3);
  });

  it('RFC-R110 accepts op in any letter case', async () => {
    expect((await change(await make(), { op: 'Replace', path: 'title', value: 'x' })).body.title).toBe('x');
  });

  it('RFC-R111 refuses a malformed filter in a path with invalidFilter', async () => {
    const user = await make({ phoneNumbers: [{ value: '1', type: 'work' }] });
    const refused = await change(user, { op: 'replace', path: 'phoneNumbers[type regex "w"].value', value: 'x' });
    expect(refusal(refused)).toEqual([400, 'invalidFilter']);
  });
});

describe('H. delete', () => {
  it('RFC-R112 makes a deleted resource 404 for every method', async () => {
    const user = await make();
    const path = `/Users/${user.id}`;
    expect((await harness.call('DELETE', path)).status).toBe(204);
    expect((await harness.call('GET', path)).status).toBe(404);
    expect((await change(user, { op: 'add', path: 'title', value: 'x' })).status).toBe(404);
    expect((await put(user)).status).toBe(404);
    expect((await harness.call('DELETE', path)).status).toBe(404);
  });

  it('RFC-R113 removes a deleted user from every list and its totalResults', async () => {
    const before = (await harness.call('GET', '/Users?count=0')).body.totalResults;
    const user = await make();
    expect((await harness.call('GET', '/Users?count=0')).body.totalResults).toBe(before + 1);
    await harness.call('DELETE', `/Users/${user.id}`);
    expect((await harness.call('GET', '/Users?count=0')).body.totalResults).toBe(before);
    const list = await harness.call('GET', query('/Users', { filter: `userName eq "${user.userName}"` }));
    expect(list.body.totalResults).toBe(0);
    expect(JSON.stringify((await harness.call('GET', '/Users?count=1000')).body)).not.toContain(user.id);
  });

  it('RFC-R114 frees the userName of a deleted user', async () => {
    const user = await make();
    await harness.call('DELETE', `/Users/${user.id}`);
    expect((await harness.user({ userName: user.userName })).status).toBe(201);
  });

  it('RFC-R115 removes a deleted user from groups', async () => {
    const [user, other] = [await make(), await make()];
    const group = (await harness.group({ members: [{ value: user.id }, { value: other.id }] })).body;
    await harness.call('DELETE', `/Users/${user.id}`);
    expect((await harness.call('GET', `/Groups/${group.id}`)).body.members).toMatchObject([{ value: other.id }]);
  });
});
