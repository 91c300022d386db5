import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { as, core, coreGroup, enterprise, message, query, type Server, startServer, strict } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const nobody = '/Users/00000000-0000-4000-8000-000000000000';
const put = (user: { id: string; userName: string }, more: object = {}, headers = {}) =>
  server.call('PUT', `/Users/${user.id}`, { schemas: [core], userName: user.userName, ...more }, headers);
const make = async (more: object = {}) => (await server.user(more)).body;
const change = (user: { id: string }, ...operations: object[]) => server.patch(`/Users/${user.id}`, operations);
const refusal = ({ status, body }: { status: number; body: { scimType?: string } }) => [status, body.scimType];

describe('F. replace', () => {
  it('RFC-R085 RFC-R090 clears what a PUT leaves out, but what nobody can be without', async () => {
    const user = await make({ displayName: 'Ada', title: 'Steward', externalId: 'x' });
    const { status, body } = await put(user);
    expect(status).toBe(200);
    expect(body).not.toHaveProperty('title');
    expect(body).toMatchObject({ displayName: 'Ada', externalId: 'x', emails: user.emails });
  });

  it('RFC-R086 makes nothing by PUT', async () => {
    expect((await server.call('PUT', nobody, { schemas: [core], userName: 'put@example.com' })).status).toBe(404);
  });

  it('RFC-R087 ignores what is read-only', async () => {
    const user = await make();
    const { body } = await put(user, { id: 'other', meta: { version: 'x' }, groups: [{ value: 'g' }] });
    expect(body).toMatchObject({ id: user.id, meta: { resourceType: 'User' } });
    expect(body).not.toHaveProperty('groups');
  });

  it('RFC-R088 takes a member’s parts as they were sent, since a member is replaced whole', async () => {
    const [first, second] = [await make(), await make()];
    const group = (await server.group({ members: [{ value: first.id }] })).body;
    const { body } = await server.call('PUT', `/Groups/${group.id}`, {
      schemas: [coreGroup],
      displayName: group.displayName,
      members: [{ value: second.id }],
    });
    expect(body.members).toMatchObject([{ value: second.id }]);
  });

  it('RFC-R089 demands what is required', async () => {
    const user = await make();
    expect(refusal(await server.call('PUT', `/Users/${user.id}`, { schemas: [core] }))).toEqual([400, 'invalidValue']);
  });

  it('RFC-R091 refuses a userName that somebody else has', async () => {
    const [first, second] = [await make(), await make()];
    expect(refusal(await put(second, { userName: first.userName }))).toEqual([409, 'uniqueness']);
  });
});

describe('G. PATCH', () => {
  it('RFC-R092 SEC-R18 demands PatchOp and operations that it knows', async () => {
    const user = await make();
    const send = (body: unknown) => server.call('PATCH', `/Users/${user.id}`, body);
    const schemas = [message('PatchOp')];
    expect(refusal(await send({ Operations: [{ op: 'remove', path: 'title' }] }))).toEqual([400, 'invalidSyntax']);
    expect((await send({ schemas })).status).toBe(400);
    expect((await send({ schemas, Operations: [] })).status).toBe(400);
    expect((await send({ schemas, Operations: [{ op: 'move', path: 'title' }] })).status).toBe(400);
    expect((await send({ schemas, Operations: [{ path: 'title', value: 'x' }] })).status).toBe(400);
  });

  it('RFC-R093 answers 200 with the resource where something is to be shown, else 204', async () => {
    const user = await make();
    expect((await change(user, { op: 'add', path: 'title', value: 't' })).status).toBe(200);
    const group = (await server.group()).body;
    const add = [{ op: 'add', path: 'members', value: [{ value: user.id }] }];
    expect((await server.patch(`/Groups/${group.id}`, add)).status).toBe(204);
    const shown = await server.patch(`/Groups/${group.id}?attributes=displayName`, add);
    expect([shown.status, shown.body]).toEqual([200, expect.objectContaining({ displayName: group.displayName })]);
  });

  it('RFC-R094 does all operations or none', async () => {
    const user = await make({ title: 'before' });
    const refused = await change(
      user,
      { op: 'replace', path: 'title', value: 'after' },
      { op: 'replace', path: 'id', value: 'x' },
    );
    expect(refusal(refused)).toEqual([400, 'mutability']);
    expect((await server.call('GET', `/Users/${user.id}`)).body.title).toBe('before');
  });

  it('RFC-R095 does them in their order', async () => {
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

  it('RFC-R096 changes nothing that is read-only', async () => {
    const user = await make();
    for (const path of ['id', 'meta.created', 'groups', 'schemas']) {
      expect((await change(user, { op: 'replace', path, value: 'x' })).status).toBe(400);
    }
  });

  it('RFC-R097 has one primary value, the last that was made so', async () => {
    const user = await make({ phoneNumbers: [{ value: '1', type: 'work', primary: true }] });
    const { body } = await change(user, {
      op: 'add',
      path: 'phoneNumbers',
      value: [{ value: '2', type: 'mobile', primary: true }],
    });
    const primary = body.phoneNumbers.filter((each: { primary?: boolean }) => each.primary === true);
    expect(primary).toMatchObject([{ value: '2' }]);
  });

  it('RFC-R098 reads every form of a path, and refuses others', async () => {
    const user = await make({ phoneNumbers: [{ value: '1', type: 'work' }] });
    for (const path of [
      'name.familyName',
      `${core}:name.givenName`,
      `${enterprise}:department`,
      'phoneNumbers[type eq "work"].value',
    ]) {
      expect([path, (await change(user, { op: 'replace', path, value: 'New' })).status]).toEqual([path, 200]);
    }
    for (const path of ['name..familyName', 'name.', 'shoeSize', 'name.shoeSize', '[type eq "x"]']) {
      expect([path, ...refusal(await change(user, { op: 'replace', path, value: 'x' }))]).toEqual([
        path,
        400,
        'invalidPath',
      ]);
    }
  });

  it('RFC-R099 adds the URN of an extension with its first attribute', async () => {
    const user = await make();
    const { body } = await change(user, { op: 'add', path: `${enterprise}:employeeNumber`, value: '7' });
    expect(body.schemas.sort()).toEqual([core, enterprise].sort());
    const gone = await change(user, { op: 'remove', path: `${enterprise}:employeeNumber` });
    expect(gone.body.schemas).toEqual([core]);
  });

  it('RFC-R100 demands a value of add; without a path it is an object of attributes', async () => {
    const user = await make();
    expect((await change(user, { op: 'add', path: 'title' })).status).toBe(400);
    expect((await change(user, { op: 'add', value: 'x' })).status).toBe(400);
    expect((await change(user, { op: 'add', value: { title: 'a', nickName: 'b' } })).body).toMatchObject({
      title: 'a',
      nickName: 'b',
    });
  });

  it('RFC-R101 RFC-R107 adds to many, replaces one, merges a complex one', async () => {
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

  it('RFC-R103 demands a path of remove', async () => {
    expect(refusal(await change(await make(), { op: 'remove' }))).toEqual([400, 'noTarget']);
  });

  it('RFC-R104 removes one, many, matching ones, or a part', async () => {
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

  it('RFC-R105 removes nothing that is required or read-only', async () => {
    const user = await make();
    for (const path of ['userName', 'id']) {
      expect(refusal(await change(user, { op: 'remove', path }))).toEqual([400, 'mutability']);
    }
  });

  it('RFC-R106 takes the removal of who is no member for done', async () => {
    const [user, other] = [await make(), await make()];
    const group = (await server.group({ members: [{ value: user.id }] })).body;
    const remove = [{ op: 'remove', path: `members[value eq "${other.id}"]` }];
    expect((await server.patch(`/Groups/${group.id}`, remove)).status).toBe(204);
    const strictly = await server.patch(
      `/Users/${user.id}`,
      [{ op: 'remove', path: 'phoneNumbers[type eq "fax"]' }],
      as(strict),
    );
    expect(refusal(strictly)).toEqual([400, 'noTarget']);
  });

  it('RFC-R108 RFC-R109 replaces every value that matches; where none does, the tolerant make one', async () => {
    const phones = [
      { value: '1', type: 'work' },
      { value: '2', type: 'work' },
    ];
    const user = await make({ phoneNumbers: phones });
    const path = 'phoneNumbers[type eq "work"].display';
    const { body } = await change(user, { op: 'replace', path, value: 'x' });
    expect(body.phoneNumbers.map(({ display }: { display: string }) => display)).toEqual(['x', 'x']);
    const absent = [{ op: 'replace', path: 'phoneNumbers[type eq "home"].value', value: '3' }];
    expect(refusal(await server.patch(`/Users/${user.id}`, absent, as(strict)))).toEqual([400, 'noTarget']);
    expect((await change(user, ...absent)).body.phoneNumbers).toHaveLength(3);
  });

  it('RFC-R110 takes operations in any case of letters', async () => {
    expect((await change(await make(), { op: 'Replace', path: 'title', value: 'x' })).body.title).toBe('x');
  });

  it('RFC-R111 calls a bad filter in a path a bad filter', async () => {
    const user = await make({ phoneNumbers: [{ value: '1', type: 'work' }] });
    const refused = await change(user, { op: 'replace', path: 'phoneNumbers[type regex "w"].value', value: 'x' });
    expect(refusal(refused)).toEqual([400, 'invalidFilter']);
  });
});

describe('H. delete', () => {
  it('RFC-R112 is for good, for every method', async () => {
    const user = await make();
    const path = `/Users/${user.id}`;
    expect((await server.call('DELETE', path)).status).toBe(204);
    expect((await server.call('GET', path)).status).toBe(404);
    expect((await change(user, { op: 'add', path: 'title', value: 'x' })).status).toBe(404);
    expect((await put(user)).status).toBe(404);
    expect((await server.call('DELETE', path)).status).toBe(404);
  });

  it('RFC-R113 takes the resource out of every list, and out of their counts', async () => {
    const before = (await server.call('GET', '/Users?count=0')).body.totalResults;
    const user = await make();
    expect((await server.call('GET', '/Users?count=0')).body.totalResults).toBe(before + 1);
    await server.call('DELETE', `/Users/${user.id}`);
    expect((await server.call('GET', '/Users?count=0')).body.totalResults).toBe(before);
    const list = await server.call('GET', query('/Users', { filter: `userName eq "${user.userName}"` }));
    expect(list.body.totalResults).toBe(0);
    expect(JSON.stringify((await server.call('GET', '/Users?count=1000')).body)).not.toContain(user.id);
  });

  it('RFC-R114 frees the userName', async () => {
    const user = await make();
    await server.call('DELETE', `/Users/${user.id}`);
    expect((await server.user({ userName: user.userName })).status).toBe(201);
  });

  it('RFC-R115 takes the user out of groups', async () => {
    const [user, other] = [await make(), await make()];
    const group = (await server.group({ members: [{ value: user.id }, { value: other.id }] })).body;
    await server.call('DELETE', `/Users/${user.id}`);
    expect((await server.call('GET', `/Groups/${group.id}`)).body.members).toMatchObject([{ value: other.id }]);
  });
});
