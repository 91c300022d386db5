import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { core, coreGroup, type Harness, message, query, startHarness } from './harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(() => harness[Symbol.asyncDispose]());

const bulk = (Operations: readonly object[], more: object = {}) =>
  harness.call('POST', '/Bulk', { schemas: [message('BulkRequest')], Operations, ...more });
const newUser = (bulkId: string) => ({
  method: 'POST',
  path: '/Users',
  bulkId,
  data: { schemas: [core], userName: `${bulkId}-${crypto.randomUUID()}@example.com` },
});
const newGroup = (bulkId: string, ...members: string[]) => ({
  method: 'POST',
  path: '/Groups',
  bulkId,
  data: {
    schemas: [coreGroup],
    displayName: `${bulkId} ${crypto.randomUUID()}`,
    members: members.map((value) => ({ value })),
  },
});
const statusesOf = ({ body }: { body: { Operations: { status: string }[] } }) =>
  body.Operations.map(({ status }) => status);

describe('I. bulk', () => {
  it('RFC-R116 RFC-R120 carries out a bulk request, and returns a result for each operation', async () => {
    const answer = await bulk([newUser('a'), { method: 'DELETE', path: '/Users/unknown' }]);
    expect(answer.body.schemas).toEqual([message('BulkResponse')]);
    expect(answer.body.Operations).toEqual([
      {
        method: 'POST',
        bulkId: 'a',
        location: expect.stringContaining(`${harness.baseUrl}/Users/`),
        version: expect.stringMatching(/^W\//),
        status: '201',
      },
      { method: 'DELETE', status: '404', response: expect.objectContaining({ schemas: [message('Error')] }) },
    ]);
  });

  it('RFC-R117 continues after errors until failOnErrors is reached', async () => {
    const wrong = { method: 'DELETE', path: '/Users/unknown' };
    expect(statusesOf(await bulk([wrong, newUser('a')]))).toEqual(['404', '201']);
    expect(statusesOf(await bulk([wrong, newUser('a')], { failOnErrors: 1 }))).toEqual(['404']);
  });

  it('RFC-R118 resolves bulkIds, also those of later operations', async () => {
    const answer = await bulk([newGroup('g', 'bulkId:a'), newUser('a')]);
    expect(statusesOf(answer)).toEqual(['201', '201']);
    const group = new URL(answer.body.Operations[0].location).pathname.split('/').pop();
    const user = new URL(answer.body.Operations[1].location).pathname.split('/').pop();
    expect((await harness.call('GET', `/Groups/${group}`)).body.members).toMatchObject([{ value: user }]);
  });

  it('RFC-R119 creates two users who name each other as manager', async () => {
    const manager = (name: string) => ({
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: { value: `bulkId:${name}` } },
    });
    const [a, b] = [newUser('a'), newUser('b')];
    const answer = await bulk([
      { ...a, data: { ...a.data, ...manager('b') } },
      { ...b, data: { ...b.data, ...manager('a') } },
    ]);
    expect(statusesOf(answer)).toEqual(['201', '201']);
    const idAt = (index: number) => new URL(answer.body.Operations[index].location).pathname.split('/').pop();
    const shown = (await harness.call('GET', `/Users/${idAt(0)}`)).body;
    expect(shown['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'].manager.value).toBe(idAt(1));
  });

  it('RFC-R121 refuses a bulk request beyond a declared limit with 413, and names the limit', async () => {
    const { bulk: limits } = (await harness.call('GET', '/ServiceProviderConfig')).body;
    const operations = Array.from({ length: limits.maxOperations + 1 }, () => ({ method: 'DELETE', path: '/Users/x' }));
    const refused = await bulk(operations);
    expect([refused.status, refused.body.detail]).toEqual([413, expect.stringContaining('maxOperations')]);
    const large = await harness.call('POST', '/Bulk', 'x'.repeat(limits.maxPayloadSize + 1));
    expect([large.status, large.body.detail]).toEqual([413, expect.stringContaining(String(limits.maxPayloadSize))]);
  });

  it('RFC-R122 accepts the data of a bulk PATCH with and without schemas', async () => {
    const { id } = (await harness.user()).body;
    const operations = [{ op: 'add', path: 'title', value: 'x' }];
    for (const data of [
      operations,
      { Operations: operations },
      { schemas: [message('PatchOp')], Operations: operations },
    ]) {
      expect(statusesOf(await bulk([{ method: 'PATCH', path: `/Users/${id}`, data }]))).toEqual(['200']);
    }
  });
});

describe('J. errors', () => {
  it('RFC-R123 RFC-R125 have the error schema, the status as a string, and a detail', async () => {
    const refusals = [
      await harness.call('GET', '/Users/unknown'),
      await harness.call('POST', '/Users', '{'),
      await harness.call('PUT', '/Me', {}),
      await harness.call('POST', '/Schemas', {}),
    ];
    for (const { status, headers, body } of refusals) {
      expect(body).toMatchObject({ schemas: [message('Error')], status: String(status), detail: expect.any(String) });
      expect(headers.get('content-type')).toBe('application/scim+json');
    }
    expect(refusals.map(({ status }) => status)).toEqual([404, 400, 501, 405]);
  });

  it('RFC-R124 name the failure by a scimType of the RFC', async () => {
    const { body: user } = await harness.user();
    const path = `/Users/${user.id}`;
    const operation = (op: string, where?: string, value?: unknown) =>
      harness.patch(path, [
        { op, ...(where === undefined ? {} : { path: where }), ...(value === undefined ? {} : { value }) },
      ]);
    const types = [
      await harness.call('GET', query('/Users', { filter: 'x' })),
      await harness.user({ userName: user.userName }),
      await operation('replace', 'id', 'x'),
      await harness.call('POST', '/Users', '{'),
      await operation('replace', 'a b', 'x'),
      await operation('remove'),
      await harness.user({ active: 7 }),
    ].map(({ body }) => body.scimType);
    expect(types).toEqual([
      'invalidFilter',
      'uniqueness',
      'mutability',
      'invalidSyntax',
      'invalidPath',
      'noTarget',
      'invalidValue',
    ]);
  });

  it('RFC-R126 SEC-R14 contain no stack, source path or upstream path', async () => {
    for (const [method, path, body] of [
      ['POST', '/Users', '{"a":'],
      ['GET', '/Users/%ff', undefined],
      ['PATCH', '/Groups/x', { schemas: [message('PatchOp')], Operations: [{ op: 'add', value: 1 }] }],
    ] as const) {
      const refused = await harness.call(method, path, body);
      expect(JSON.stringify(refused.body)).not.toMatch(/node_modules|\.ts|\.js:|at \w+ \(|api\/v1/);
    }
  });
});

describe('K. versions and the rest', () => {
  it('RFC-R127 answers /Me with 501', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
      expect((await harness.call(method, '/Me')).status).toBe(501);
  });

  it('RFC-R128 returns the same version in ETag and meta, on create, read and list', async () => {
    const made = await harness.user();
    const version = made.body.meta.version;
    expect(version).toMatch(/^W\/".+"$/);
    const read = await harness.call('GET', `/Users/${made.body.id}`);
    expect([made.headers.get('etag'), read.headers.get('etag'), read.body.meta.version]).toEqual([
      version,
      version,
      version,
    ]);
    const list = await harness.call('GET', query('/Users', { filter: `id eq "${made.body.id}"` }));
    expect(list.body.Resources[0].meta.version).toBe(version);
    const changed = await harness.patch(`/Users/${made.body.id}`, [{ op: 'add', path: 'title', value: 'x' }]);
    expect(changed.body.meta.version).not.toBe(version);
  });

  it('RFC-R128 changes a group’s version with its members, and omits the version of a group read without members', async () => {
    const [user, group] = [await harness.user(), await harness.group()];
    const path = `/Groups/${group.body.id}`;
    await harness.patch(path, [{ op: 'add', path: 'members', value: [{ value: user.body.id }] }]);
    const changed = await harness.call('GET', path);
    expect(changed.body.meta.version).not.toBe(group.body.meta.version);
    const partial = await harness.call('GET', `${path}?excludedAttributes=members`);
    expect([partial.body.meta.version, partial.headers.get('etag')]).toEqual([undefined, null]);
  });

  it('RFC-R129 RFC-R130 obeys If-None-Match and If-Match', async () => {
    for (const [endpoint, made] of [
      ['/Users', await harness.user()],
      ['/Groups', await harness.group()],
    ] as const) {
      const path = `${endpoint}/${made.body.id}`;
      const version = made.body.meta.version;
      const known = await harness.call('GET', path, undefined, { 'if-none-match': version });
      expect([known.status, known.body, known.headers.get('etag')]).toEqual([304, undefined, version]);
      expect((await harness.call('GET', path, undefined, { 'if-none-match': '*' })).status).toBe(304);
      expect((await harness.call('GET', path, undefined, { 'if-none-match': 'W/"x"' })).status).toBe(200);
      const stale = { 'if-match': 'W/"stale"' };
      const rename = [{ op: 'replace', path: 'displayName', value: `renamed ${made.body.id}` }];
      expect((await harness.patch(path, rename, stale)).status).toBe(412);
      expect((await harness.call('PUT', path, made.body, stale)).status).toBe(412);
      expect((await harness.call('DELETE', path, undefined, stale)).status).toBe(412);
      const renamed = await harness.patch(path, rename, { 'if-match': version });
      expect([renamed.status, renamed.body.displayName]).toEqual([200, `renamed ${made.body.id}`]);
      expect((await harness.patch(path, rename, { 'if-match': version })).status).toBe(412);
      expect((await harness.call('DELETE', path, undefined, { 'if-match': '*' })).status).toBe(204);
    }
  });

  it('RFC-R132 answers every path without a credential with 401', async () => {
    for (const path of ['/Users', '/Groups', '/Schemas', '/ResourceTypes', '/', '/.search', '/Bulk', '/Me', '/nope']) {
      expect((await harness.call('GET', path, undefined, { authorization: undefined })).status).toBe(401);
    }
  });
});

describe('L. newer RFCs', () => {
  it('RFC-R137 answers /Devices with 404', async () => {
    expect((await harness.call('GET', '/Devices')).status).toBe(404);
  });

  it('RFC-R138 ignores Prefer: respond-async, and answers synchronously', async () => {
    const made = await harness.call(
      'POST',
      '/Users',
      { schemas: [core], userName: 'async@example.com' },
      { prefer: 'respond-async' },
    );
    expect(made.status).toBe(201);
    expect(made.headers.get('preference-applied')).toBeNull();
    expect((await harness.call('GET', '/ServiceProviderConfig')).body).not.toHaveProperty('securityEvents');
  });
});
