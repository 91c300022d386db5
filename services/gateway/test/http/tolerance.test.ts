import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { as, core, coreGroup, type Harness, query, startHarness, strict } from '../conformance/harness.ts';

let harness: Harness;
let address = '';
let id = '';
beforeAll(async () => {
  harness = await startHarness();
  const { body } = await harness.user({ userName: 'plus+sign@example.com' });
  address = body.userName;
  id = body.id;
});
afterAll(() => harness[Symbol.asyncDispose]());

describe('a query string', () => {
  it.each([
    ['blanks as %20 and a raw plus sign', 'userName%20eq%20%22plus+sign@example.com%22'],
    ['blanks as %20 and an encoded plus sign', 'userName%20eq%20%22plus%2Bsign@example.com%22'],
    ['blanks as plus signs', 'userName+eq+%22plus%2Bsign@example.com%22'],
  ])('is read with %s', async (_name, filter) => {
    expect((await harness.call('GET', `/Users?filter=${filter}`)).body.Resources).toMatchObject([
      { userName: address },
    ]);
  });

  it('has parameters in any case, and ignores unknown ones', async () => {
    const path = query('/Users', { FILTER: `userName eq "${address}"`, ATTRIBUTES: 'userName', startindex: 1, x: 2 });
    const { body } = await harness.call('GET', path);
    expect(body.Resources).toEqual([expect.objectContaining({ userName: address })]);
    expect(body.Resources[0].displayName).toBeUndefined();
    expect((await harness.call('GET', '/Users?filter=id%20pr&Filter=id%20pr')).status).toBe(400);
    expect((await harness.call('GET', '/Schemas?Filter=id%20pr')).status).toBe(403);
  });
});

describe('a compressed body', () => {
  const send = (body: Buffer, encoding: string, path = '/Users') =>
    fetch(`${harness.baseUrl}${path}`, {
      method: 'POST',
      headers: { ...as(strict), 'content-type': 'application/scim+json', 'content-encoding': encoding },
      body: new Uint8Array(body),
    });
  const user = (name: string) => Buffer.from(JSON.stringify({ schemas: [core], userName: `${name}@example.com` }));

  it.each([
    ['gzip', 'gzip', gzipSync],
    ['x-gzip', 'x-gzip', gzipSync],
    ['GZIP', 'capitals', gzipSync],
    ['deflate', 'zlib', deflateSync],
    ['deflate', 'bare', deflateRawSync],
    ['identity', 'plain', (body: Buffer) => body],
  ] as const)('is read in the encoding %s (%s)', async (encoding, name, compress) => {
    expect((await send(compress(user(name)), encoding)).status).toBe(201);
  });

  it.each(['br', 'zstd', 'gzip, gzip', 'compress'])('is refused with 415 in the encoding %s', async (encoding) => {
    const answer = await send(gzipSync(user('never')), encoding);
    expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'gzip, deflate']);
  });

  it('is refused with 400 when it is not in its encoding', async () => {
    expect((await send(user('never'), 'gzip')).status).toBe(400);
    expect((await send(gzipSync(user('never')).subarray(0, 20), 'gzip')).status).toBe(400);
  });

  it('is refused with 413 when it grows beyond the limit of the endpoint', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20, ' '));
    expect(bomb.length).toBeLessThan(2 ** 20);
    expect((await send(bomb, 'gzip')).status).toBe(413);
    expect((await send(bomb, 'gzip', '/Groups')).status).toBe(413);
  });
});

describe('If-None-Match on a write', () => {
  const put = (version: string) =>
    harness.call('PUT', `/Users/${id}`, { schemas: [core], userName: address }, { 'if-none-match': version });

  it('stops the write of a resource that has a named version', async () => {
    const { body } = await harness.call('GET', `/Users/${id}`);
    expect((await put('*')).status).toBe(412);
    expect((await put(body.meta.version)).status).toBe(412);
    expect((await put('W/"other"')).status).toBe(200);
    const headers = { 'if-none-match': '*' };
    const group = (await harness.group()).body;
    expect(
      (await harness.patch(`/Groups/${group.id}`, [{ op: 'add', path: 'members', value: [{ value: id }] }], headers))
        .status,
    ).toBe(412);
    expect((await harness.call('DELETE', `/Groups/${group.id}`, undefined, headers)).status).toBe(412);
    expect((await harness.call('DELETE', '/Users/unknown', undefined, headers)).status).toBe(404);
    expect(
      (await harness.call('POST', '/Users', { schemas: [core], userName: 'new@example.com' }, headers)).status,
    ).toBe(201);
  });
});

describe('an unknown attribute', () => {
  const post = (headers: Readonly<Record<string, string>>) =>
    harness.call('POST', '/Users', { schemas: [core], userName: 'odd@example.com', shoeSize: 44 }, headers);

  it('is dropped from a body of a tolerant client, and refused from a strict one', async () => {
    expect((await post(as(strict))).status).toBe(400);
    expect((await post({})).status).toBe(201);
  });

  it('is dropped beside a deactivation, with an invalid value of an attribute that is not stored', async () => {
    const user = (await harness.user({ userType: { a: 1 } })).body;
    const operations = [
      { op: 'replace', path: 'userType', value: { a: 1 } },
      { op: 'replace', path: 'costCentre', value: '7' },
      { op: 'replace', path: 'active', value: 'False' },
    ];
    expect((await harness.patch(`/Users/${user.id}`, operations)).body.active).toBe(false);
  });
});

describe('a member of type Group', () => {
  it('is skipped for a tolerant client, and refused from a strict one or when it is the only one', async () => {
    const inner = { value: (await harness.group()).body.id, type: 'Group' };
    const create = (members: readonly object[], headers = {}) =>
      harness.call('POST', '/Groups', { schemas: [coreGroup], displayName: `N ${Math.random()}`, members }, headers);
    const mixed = await create([inner, { value: id }]);
    expect([mixed.status, mixed.body.members.length]).toEqual([201, 1]);
    expect((await create([inner])).status).toBe(400);
    expect((await create([inner, { value: id }], as(strict))).status).toBe(400);
    const put = { schemas: [coreGroup], displayName: mixed.body.displayName, members: [inner, { value: id }] };
    expect((await harness.call('PUT', `/Groups/${mixed.body.id}`, put)).body.members.length).toBe(1);
    const add = [{ op: 'add', path: 'members', value: [inner] }];
    expect((await harness.patch(`/Groups/${mixed.body.id}`, add, as(strict))).status).toBe(400);
  });
});
