import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { core, coreGroup, message, query, type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

const bulk = (Operations: readonly object[], more: object = {}) =>
  server.call('POST', '/Bulk', { schemas: [message('BulkRequest')], Operations, ...more });
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
  it('RFC-R116 RFC-R120 does what it is asked, and tells of each operation', async () => {
    const answer = await bulk([newUser('a'), { method: 'DELETE', path: '/Users/nobody' }]);
    expect(answer.body.schemas).toEqual([message('BulkResponse')]);
    expect(answer.body.Operations).toEqual([
      {
        method: 'POST',
        bulkId: 'a',
        location: expect.stringContaining(`${server.baseUrl}/Users/`),
        version: expect.stringMatching(/^W\//),
        status: '201',
      },
      { method: 'DELETE', status: '404', response: expect.objectContaining({ schemas: [message('Error')] }) },
    ]);
  });

  it('RFC-R117 goes on after errors, as many as it is told', async () => {
    const wrong = { method: 'DELETE', path: '/Users/nobody' };
    expect(statusesOf(await bulk([wrong, newUser('a')]))).toEqual(['404', '201']);
    expect(statusesOf(await bulk([wrong, newUser('a')], { failOnErrors: 1 }))).toEqual(['404']);
  });

  it('RFC-R118 resolves bulkIds, also those of later operations', async () => {
    const answer = await bulk([newGroup('g', 'bulkId:a'), newUser('a')]);
    expect(statusesOf(answer)).toEqual(['201', '201']);
    const group = new URL(answer.body.Operations[0].location).pathname.split('/').pop();
    const user = new URL(answer.body.Operations[1].location).pathname.split('/').pop();
    expect((await server.call('GET', `/Groups/${group}`)).body.members).toMatchObject([{ value: user }]);
  });

  it('RFC-R119 makes what names each other, or says that it cannot be', async () => {
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
    const shown = (await server.call('GET', `/Users/${idAt(0)}`)).body;
    expect(shown['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'].manager.value).toBe(idAt(1));
  });

  it('RFC-R121 refuses more than it declares with 413, and says what was too much', async () => {
    const { bulk: limits } = (await server.call('GET', '/ServiceProviderConfig')).body;
    const operations = Array.from({ length: limits.maxOperations + 1 }, () => ({ method: 'DELETE', path: '/Users/x' }));
    const refused = await bulk(operations);
    expect([refused.status, refused.body.detail]).toEqual([413, expect.stringContaining('maxOperations')]);
    const large = await server.call('POST', '/Bulk', 'x'.repeat(limits.maxPayloadSize + 1));
    expect([large.status, large.body.detail]).toEqual([413, expect.stringContaining(String(limits.maxPayloadSize))]);
  });

  it('RFC-R122 takes the data of a PATCH with and without its schemas', async () => {
    const { id } = (await server.user()).body;
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
  it('RFC-R123 RFC-R125 have the schema, a status in letters, and a detail', async () => {
    const refusals = [
      await server.call('GET', '/Users/nobody'),
      await server.call('POST', '/Users', '{'),
      await server.call('PUT', '/Me', {}),
      await server.call('POST', '/Schemas', {}),
    ];
    for (const { status, headers, body } of refusals) {
      expect(body).toMatchObject({ schemas: [message('Error')], status: String(status), detail: expect.any(String) });
      expect(headers.get('content-type')).toBe('application/scim+json');
    }
    expect(refusals.map(({ status }) => status)).toEqual([404, 400, 501, 405]);
  });

  it('RFC-R124 name what was wrong by the RFC’s own words', async () => {
    const { body: user } = await server.user();
    const path = `/Users/${user.id}`;
    const operation = (op: string, where?: string, value?: unknown) =>
      server.patch(path, [
        { op, ...(where === undefined ? {} : { path: where }), ...(value === undefined ? {} : { value }) },
      ]);
    const types = [
      await server.call('GET', query('/Users', { filter: 'x' })),
      await server.user({ userName: user.userName }),
      await operation('replace', 'id', 'x'),
      await server.call('POST', '/Users', '{'),
      await operation('replace', 'a b', 'x'),
      await operation('remove'),
      await server.user({ active: 7 }),
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

  it('RFC-R126 SEC-R14 hold nothing of the inside', async () => {
    for (const [method, path, body] of [
      ['POST', '/Users', '{"a":'],
      ['GET', '/Users/%ff', undefined],
      ['PATCH', '/Groups/x', { schemas: [message('PatchOp')], Operations: [{ op: 'add', value: 1 }] }],
    ] as const) {
      const refused = await server.call(method, path, body);
      expect(JSON.stringify(refused.body)).not.toMatch(/node_modules|\.ts|\.js:|at \w+ \(|api\/v1/);
    }
  });
});

describe('K. versions and the rest', () => {
  it('RFC-R127 has no /Me', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) expect((await server.call(method, '/Me')).status).toBe(501);
  });

  it('RFC-R128 tells the version of a resource in its header and its meta, the same everywhere', async () => {
    const made = await server.user();
    const version = made.body.meta.version;
    expect(version).toMatch(/^W\/".+"$/);
    const read = await server.call('GET', `/Users/${made.body.id}`);
    expect([made.headers.get('etag'), read.headers.get('etag'), read.body.meta.version]).toEqual([
      version,
      version,
      version,
    ]);
    const list = await server.call('GET', query('/Users', { filter: `id eq "${made.body.id}"` }));
    expect(list.body.Resources[0].meta.version).toBe(version);
    const changed = await server.patch(`/Users/${made.body.id}`, [{ op: 'add', path: 'title', value: 'x' }]);
    expect(changed.body.meta.version).not.toBe(version);
  });

  it('RFC-R128 counts the members to the version of a group', async () => {
    const [user, group] = [await server.user(), await server.group()];
    const path = `/Groups/${group.body.id}`;
    await server.patch(path, [{ op: 'add', path: 'members', value: [{ value: user.body.id }] }]);
    const changed = await server.call('GET', path);
    expect(changed.body.meta.version).not.toBe(group.body.meta.version);
    const partial = await server.call('GET', `${path}?excludedAttributes=members`);
    expect([partial.body.meta.version, partial.headers.get('etag')]).toEqual([undefined, null]);
  });

  it('RFC-R129 RFC-R130 heeds If-None-Match and If-Match', async () => {
    for (const [endpoint, made] of [
      ['/Users', await server.user()],
      ['/Groups', await server.group()],
    ] as const) {
      const path = `${endpoint}/${made.body.id}`;
      const version = made.body.meta.version;
      const known = await server.call('GET', path, undefined, { 'if-none-match': version });
      expect([known.status, known.body, known.headers.get('etag')]).toEqual([304, undefined, version]);
      expect((await server.call('GET', path, undefined, { 'if-none-match': '*' })).status).toBe(304);
      expect((await server.call('GET', path, undefined, { 'if-none-match': 'W/"x"' })).status).toBe(200);
      const stale = { 'if-match': 'W/"stale"' };
      const rename = [{ op: 'replace', path: 'displayName', value: `renamed ${made.body.id}` }];
      expect((await server.patch(path, rename, stale)).status).toBe(412);
      expect((await server.call('PUT', path, made.body, stale)).status).toBe(412);
      expect((await server.call('DELETE', path, undefined, stale)).status).toBe(412);
      const renamed = await server.patch(path, rename, { 'if-match': version });
      expect([renamed.status, renamed.body.displayName]).toEqual([200, `renamed ${made.body.id}`]);
      expect((await server.patch(path, rename, { 'if-match': version })).status).toBe(412);
      expect((await server.call('DELETE', path, undefined, { 'if-match': '*' })).status).toBe(204);
    }
  });

  it('RFC-R132 lets nobody in without a credential', async () => {
    for (const path of ['/Users', '/Groups', '/Schemas', '/ResourceTypes', '/', '/.search', '/Bulk', '/Me', '/nope']) {
      expect((await server.call('GET', path, undefined, { authorization: undefined })).status).toBe(401);
    }
  });
});

describe('L. newer RFCs', () => {
  it('RFC-R137 knows no devices', async () => {
    expect((await server.call('GET', '/Devices')).status).toBe(404);
  });

  it('RFC-R138 answers at once, whatever Prefer asks for', async () => {
    const made = await server.call(
      'POST',
      '/Users',
      { schemas: [core], userName: 'async@example.com' },
      { prefer: 'respond-async' },
    );
    expect(made.status).toBe(201);
    expect(made.headers.get('preference-applied')).toBeNull();
    expect((await server.call('GET', '/ServiceProviderConfig')).body).not.toHaveProperty('securityEvents');
  });
});
