import { messageUrn } from '@scim-gateway/scim';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { authorized, createTestApp, type TestApp, tokens } from '../support/gateway-app.ts';
import { sendRaw, toText } from '../support/raw-http.ts';

let test: TestApp;
let port: number;
beforeAll(async () => {
  test = await createTestApp();
  await test.app.listen({ host: '127.0.0.1', port: 0 });
  const address = test.app.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => test.app.close());
beforeEach(() => {
  test.users.before = () => undefined;
  test.users.calls.length = 0;
});

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Spellings of one path that have bypassed the authentication of other servers. */
const spellings = [
  '/scim/v2/Users',
  '/scim/v2/%55sers',
  '/scim/v2/..%2fUsers',
  '/scim/v2/ServiceProviderConfig/../Users',
  '/scim/v2/ServiceProviderConfig/..%2fUsers',
  '/scim/v2/ServiceProviderConfig%2f..%2fUsers',
  '/scim/v2/ServiceProviderConfig;/Users',
  '/scim/v2/Users;x=/scim/v2/ServiceProviderConfig',
  '/scim/v2/Users?/scim/v2/ServiceProviderConfig',
  '/scim/v2/Users#/scim/v2/ServiceProviderConfig',
  '//scim/v2/Users',
  '/scim//v2//Users',
  '/scim/v2/users',
  '/SCIM/V2/USERS',
  '/scim/v2/Users.',
  '/scim/v2/Users/',
  '/scim/v2/./Users',
  '/scim/v2/Users%00',
  '/scim/v2/Users%20',
  '/scim/v2/Users%2f',
  '/scim/v2/Users\\..',
  'http://x/scim/v2/Users',
  'http://x/scim/v2/ServiceProviderConfig',
  '/scim/v2',
  '/scim/v2/',
  '/',
  '*',
  '/metrics',
  '/docs',
  '/livez',
  '/scim/v2/Schemas',
  '/scim/v2/ResourceTypes',
  '/scim/v2/%53erviceProviderConfig',
  '/scim/v2//ServiceProviderConfig',
  '/scim/v2/ServiceProviderConfig/',
  '/scim/v2/serviceproviderconfig',
  '/scim/v2/Me',
  '/scim/v2/Bulk',
];

describe('SEC-R3: every path outside an exact set requires a token', () => {
  it.each(spellings)('%s is refused without a token, for every method', async (target) => {
    for (const method of methods) {
      const { status } = await sendRaw(port, toText(method, target));
      expect([method, status >= 400]).toEqual([method, true]);
    }
    expect(test.users.calls).toEqual([]);
  });

  it('ServiceProviderConfig is readable without a token, and refuses every other method', async () => {
    const target = '/scim/v2/ServiceProviderConfig';
    expect((await sendRaw(port, toText('GET', target))).status).toBe(200);
    expect((await sendRaw(port, toText('GET', `${target}?x=1`))).status).toBe(200);
    expect((await sendRaw(port, toText('HEAD', target))).status).toBe(200);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      expect((await sendRaw(port, toText(method, target, { 'content-length': '0' }))).status).toBe(401);
    }
  });

  it.each([
    {},
    { authorization: '' },
    { authorization: 'Bearer' },
    { authorization: 'Bearer ' },
    { authorization: `Bearer ${tokens.tolerant}x` },
    { authorization: `Bearer ${tokens.tolerant.slice(0, -1)}` },
    { authorization: `Bearer ${tokens.tolerant.toUpperCase()}` },
    { authorization: `Bearer ${tokens.expired}` },
    { authorization: `Basic ${Buffer.from(`x:${tokens.tolerant}`).toString('base64')}` },
    { authorization: `Bearer ${'x'.repeat(20_000)}` },
    { 'x-authorization': `Bearer ${tokens.tolerant}` },
    { cookie: `token=${tokens.tolerant}` },
  ])('SEC-R16: a wrong credential is answered with 401 and a SCIM error: %o', async (headers) => {
    const answer = await sendRaw(port, toText('GET', '/scim/v2/Users', headers));
    expect(answer.status).toBe(401);
    expect(answer.head.toLowerCase()).toContain('www-authenticate: bearer realm="scim"');
    expect(answer.head.toLowerCase()).toContain('content-type: application/scim+json');
    expect(JSON.parse(answer.body)).toMatchObject({ schemas: [messageUrn.error], status: '401' });
  });
});

describe('SEC-R14: errors contain no stack, upstream body, path or header', () => {
  it('an unexpected error is answered with the id of the request only', async () => {
    test.users.before = () => {
      throw new TypeError('secret-detail ada@example.com', { cause: new Error('{"upstream":"body"}') });
    };
    const answer = await sendRaw(
      port,
      toText('GET', '/scim/v2/Users/secret-path', { ...authorized, 'x-secret': 'header' }),
    );
    expect(answer.status).toBe(500);
    const { detail, ...rest } = JSON.parse(answer.body);
    expect(rest).toEqual({ schemas: [messageUrn.error], status: '500' });
    expect(detail).toMatch(/^The gateway failed; its log has the reason under request [\w-]+\.$/);
    expect(`${answer.head}${answer.body}`).not.toMatch(/secret|ada@|upstream|node_modules|\.ts/);
    const id = /x-request-id: (\S+)/i.exec(answer.head)?.[1];
    expect(detail).toContain(id);
    expect(test.logged().some((line) => line['requestId'] === id && line['error'] !== undefined)).toBe(true);
  });

  it('malformed HTTP, an oversized header and an unknown path are answered with SCIM errors', async () => {
    const malformed = await sendRaw(port, 'NONSENSE\r\n\r\n');
    expect([malformed.status, JSON.parse(malformed.body).scimType]).toEqual([400, 'invalidSyntax']);
    const flooded = await sendRaw(
      port,
      toText('GET', '/scim/v2/Users', { ...authorized, 'x-flood': 'x'.repeat(70_000) }),
    );
    expect([flooded.status, JSON.parse(flooded.body).status]).toEqual([431, '431']);
    const unknown = await sendRaw(port, toText('GET', '/secret/ada@example.com', authorized));
    expect([unknown.status, unknown.body.includes('ada@')]).toEqual([404, false]);
  });
});

describe('SEC-R17: logs contain ids and configured names only', () => {
  it('no path, query, header, body or token appears in the log, after success and failure, at the level trace', async () => {
    const before = test.logs.length;
    const json = { ...authorized, 'content-type': 'application/scim+json' };
    const body = '{"userName":"olivia@example.com","displayName":"Olivia Lovelace","password":"hunter2"}';
    const sized = { ...json, 'content-length': String(body.length) };
    const target = '/scim/v2/Users?filter=userName+eq+%22olivia@example.com%22';
    test.users.before = ({ operation }) => {
      if (operation === 'patch') throw new SyntaxError(`Unexpected token in "${body}"`);
      if (operation === 'remove') throw new Error('Olivia Lovelace', { cause: new Error('olivia@example.com') });
    };
    for (const text of [
      toText('GET', target, authorized),
      toText('GET', target, { authorization: 'Bearer wrong-token-olivia@example.com' }),
      toText('POST', '/scim/v2/Users', sized, body),
      toText('POST', '/scim/v2/Users', { ...sized, 'content-length': String(body.length - 1) }, body.slice(0, -1)),
      toText('PATCH', '/scim/v2/Users/olivia@example.com', sized, body),
      toText('DELETE', '/scim/v2/Users/olivia@example.com', authorized),
      toText('GET', '/olivia@example.com', { ...authorized, 'x-request-id': 'olivia@example.com' }),
    ]) {
      await sendRaw(port, text);
    }
    const written = test.logs.slice(before).join('');
    expect(written).not.toMatch(/olivia|lovelace|hunter2|token-4711|wrong-token|example\.com/i);
    expect(written.split('\n').length).toBeGreaterThan(7);
  });
});

describe('SEC-R19: forwarded addresses count only from a trusted proxy', () => {
  const forwarded = { ...authorized, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': 'evil.example.com' };

  it('the client is the address of the connection by default', async () => {
    const answer = await sendRaw(port, toText('DELETE', '/scim/v2/Users/1', forwarded));
    expect(test.logged().at(-1)).toMatchObject({ msg: 'request', client: '127.0.0.1' });
    expect(answer.body).not.toContain('evil');
  });

  it('the client is the forwarded address if the connection comes from a configured proxy', async () => {
    const proxied = await createTestApp({ trustedProxies: ['127.0.0.1'] });
    await proxied.app.inject({ method: 'DELETE', url: '/scim/v2/Users/1', headers: forwarded });
    expect(proxied.logged().at(-1)).toMatchObject({ msg: 'request', client: '203.0.113.7' });
    await proxied.app.close();
  });
});

describe("SEC-R20: a client's request id is kept if it is safe to log, else replaced", () => {
  it.each([
    ['4f2c7a34-9d0e-4c53-8c2a-0f6f1f3b5a11', true],
    ['AbCd_1234-xyz', true],
    ['short', false],
    ['x'.repeat(65), false],
    ['ada@example.com', false],
    ['id with blanks', false],
    ['{"json":"yes"}', false],
    ['\u001b[31mred', false],
  ])('%s: kept is %s', async (id, isKept) => {
    const answer = await test.app.inject({ url: '/scim/v2/Users', headers: { ...authorized, 'x-request-id': id } });
    expect(answer.headers['x-request-id'] === id).toBe(isKept);
    expect(answer.headers['x-request-id']).toMatch(/^[\w-]{8,64}$/);
    expect(test.users.calls.at(-1)?.context.requestId).toBe(answer.headers['x-request-id']);
  });
});

describe('SEC-R25: the resources of one client are bounded', () => {
  it('a body is refused by its Content-Length before it is sent; the rest of one being sent is read', async () => {
    const headers = { ...authorized, 'content-type': 'application/json' };
    const announced = await sendRaw(
      port,
      toText('POST', '/scim/v2/Users', { ...headers, 'content-length': '99999999999' }),
    );
    expect([announced.status, JSON.parse(announced.body).status]).toEqual([413, '413']);
    const large = JSON.stringify({ userName: 'x'.repeat(2 ** 20) });
    const sent = await fetch(`http://127.0.0.1:${port}/scim/v2/Users`, { method: 'POST', headers, body: large });
    expect(sent.status).toBe(413);
    expect(test.users.calls).toEqual([]);
  });

  it('the body of a group may have 16 MiB, and no more', async () => {
    const headers = { ...authorized, 'content-type': 'application/json' };
    const members = (bytes: number) => JSON.stringify({ displayName: 'G', members: [], x: 'x'.repeat(bytes) });
    const post = (body: string) => fetch(`http://127.0.0.1:${port}/scim/v2/Groups`, { method: 'POST', headers, body });
    expect((await post(members(8 * 2 ** 20))).status).toBe(201);
    expect((await post(members(16 * 2 ** 20))).status).toBe(413);
  });

  it('a body of unknown length is refused when it exceeds the limit', async () => {
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`;
    const head = toText('POST', '/scim/v2/Users', {
      ...authorized,
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
    });
    const answer = await sendRaw(port, `${head}${chunk.repeat(40)}0\r\n\r\n`);
    expect(answer.status).toBe(413);
  });

  it('a connection stays open for the next request after a complete body is refused', async () => {
    const broken = toText(
      'POST',
      '/scim/v2/Users',
      { ...authorized, connection: 'keep-alive', 'content-length': '1' },
      '{',
    );
    const answer = await sendRaw(port, broken + toText('GET', '/scim/v2/Users', authorized));
    expect([answer.status, answer.body.includes('HTTP/1.1 200 OK')]).toEqual([400, true]);
  });

  it('the times of requests, headers and idle connections are bounded, and the number of connections', () => {
    const { server } = test.app;
    expect(server.requestTimeout).toBe(10_000);
    expect(server.headersTimeout).toBe(15_000);
    expect(server.timeout).toBe(35_000);
    expect(server.maxConnections).toBe(100);
  });
});

describe('SEC-R24: no code or pattern is built from input', () => {
  it('no source file of the gateway compiles a regular expression or code at run time', async () => {
    const { readdirSync, readFileSync } = await import('node:fs');
    const root = new URL('../../src/', import.meta.url);
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /(?<!\.test)\.ts$/.test(name),
    );
    const guilty = files.filter((name) =>
      /new RegExp\(|\beval\(|new Function\(|node:vm/.test(readFileSync(new URL(name, root), 'utf8')),
    );
    expect(files.length).toBeGreaterThan(50);
    expect(guilty).toEqual([]);
  });
});
