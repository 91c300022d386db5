import { once } from 'node:events';
import { connect } from 'node:net';
import { unavailable } from '@scim-gateway/scim';
import { afterEach, describe, expect, it } from 'vitest';
import type { Pressure } from '../../src/http/overload/pressure.ts';
import { createTestApp, type TestApp, tokens } from '../support/gateway-app.ts';
import { sendRaw, toText } from '../support/raw-http.ts';

let test: TestApp;
let port = 0;
const start = async (options: Parameters<typeof createTestApp>[0] = {}) => {
  test = await createTestApp({ maxConnections: 10_000, deadlineMs: 60_000, level: 'silent', ...options });
  await test.app.listen({ host: '127.0.0.1', port: 0 });
  const address = test.app.server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
};
const releases: (() => void)[] = [];
afterEach(async () => {
  for (const release of releases.splice(0)) release();
  await test.app.close();
});

/** Keeps every use case waiting until the test is over. */
const hold = () => {
  test.users.before = () => new Promise((_resolve, reject) => releases.push(() => reject(unavailable('over', 1))));
};
const json = 'application/scim+json';
const request = (method: string, path: string, body?: unknown, token = tokens.tolerant) =>
  fetch(`http://127.0.0.1:${port}/scim/v2${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': json }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const deactivation = { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] };
const rename = { Operations: [{ op: 'replace', path: 'displayName', value: 'x' }] };
const sampleOf = async (series: string) => {
  const line = (await test.metrics.render()).split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.split(' ').at(-1));
};

/** Fits an answer that turns a request away as SCIM does. */
async function expectShed(answer: Response, status: 429 | 503): Promise<void> {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(answer.headers.get('content-type')).toBe(json);
  expect(await answer.json()).toMatchObject({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
  });
}

/** Takes all places of 16 that are not kept for urgent requests. */
async function fill(): Promise<void> {
  hold();
  for (let count = 0; count < 10; count += 1) void request('GET', '/Users').catch(() => undefined);
  await expect.poll(() => test.users.calls.length).toBe(10);
  for (let count = 0; count < 4; count += 1)
    void request('GET', '/Users', undefined, tokens.strict).catch(() => undefined);
  await expect.poll(() => test.users.calls.length).toBe(14);
}

describe('SEC-R25: 2,000 requests at one time', () => {
  it('are served as many at one time as there is room for, the others turned away at once', async () => {
    await start({ maxRequestsInFlight: 64 });
    hold();
    const all = Array.from({ length: 2_000 }, (_, index) =>
      request('GET', '/Users', undefined, index % 2 === 0 ? tokens.tolerant : tokens.strict),
    );
    const answered: Response[] = [];
    for (const each of all) void each.then((answer) => answered.push(answer));
    await expect.poll(() => answered.length, { timeout: 30_000 }).toBe(2_000 - 56);
    expect(test.users.calls).toHaveLength(56);
    expect(await sampleOf('scim_gateway_http_requests_in_flight')).toBe(56);
    const statuses = new Set(answered.map(({ status }) => status));
    expect([...statuses].every((status) => status === 503 || status === 429)).toBe(true);
    expect(statuses).toContain(503);
    for (const answer of answered.slice(0, 20)) await expectShed(answer, answer.status === 429 ? 429 : 503);
    const turnedAway = await Promise.all(
      ['entra', 'okta'].flatMap((tenant) => [
        sampleOf(`scim_gateway_http_requests_shed_total{tenant="${tenant}",reason="in-flight"}`),
        sampleOf(`scim_gateway_rate_limited_total{tenant="${tenant}",scope="credential"}`),
      ]),
    );
    expect(turnedAway.reduce((sum, each) => sum + each, 0)).toBe(2_000 - 56);
    for (const release of releases.splice(0)) release();
    await Promise.all(all);
    test.users.before = () => undefined;
    expect((await request('GET', '/Users')).status).toBe(200);
  }, 60_000);
});

describe('a gateway that is full', () => {
  it('turns away what takes no access away, before its body is sent', async () => {
    await start({ maxRequestsInFlight: 16 });
    await fill();
    await expectShed(await request('GET', '/Users', undefined, tokens.strict), 503);
    const head = { authorization: `Bearer ${tokens.strict}`, 'content-type': json, 'content-length': '60000' };
    const early = await sendRaw(port, toText('POST', '/scim/v2/Users', head));
    expect([early.status, early.head.toLowerCase()]).toEqual([503, expect.stringMatching(/retry-after: [1-9]/)]);
    await expectShed(await request('PATCH', '/Users/1', rename, tokens.strict), 503);
    expect(test.users.calls).toHaveLength(14);
  });

  it.each([
    ['PATCH', deactivation],
    ['PUT', { userName: 'ada', active: false }],
    ['DELETE', undefined],
  ])('lets a deactivation by %s pass', async (method, body) => {
    await start({ maxRequestsInFlight: 16 });
    await fill();
    test.users.before = () => undefined;
    test.users.resources.set('1', { id: '1', schemas: [] });
    expect((await request(method, '/Users/1', body)).status).toBeLessThan(300);
    expect(test.users.calls.at(-1)?.context.priority).toBe('urgent');
  });

  it('lets removals of members pass', async () => {
    await start({ maxRequestsInFlight: 16 });
    await fill();
    test.groups.resources.set('1', { id: '1', schemas: [] });
    const removal = { Operations: [{ op: 'remove', path: 'members[value eq "x"]' }] };
    expect((await request('PATCH', '/Groups/1', removal)).status).toBe(204);
    expect(test.groups.calls.at(-1)?.context.priority).toBe('urgent');
  });
});

describe('one token', () => {
  it('that takes all it may have is told so by 429, and another one is served', async () => {
    await start({ maxRequestsInFlight: 16 });
    hold();
    for (let count = 0; count < 10; count += 1) void request('GET', '/Users').catch(() => undefined);
    await expect.poll(() => test.users.calls.length).toBe(10);
    await expectShed(await request('GET', '/Users'), 429);
    test.users.before = () => undefined;
    expect((await request('GET', '/Users', undefined, tokens.strict)).status).toBe(200);
  });
});

describe('a process under pressure', () => {
  it('serves nothing but what takes access away, until it has recovered', async () => {
    const state: { pressure: Pressure | undefined } = { pressure: 'heap' };
    await start({ findPressure: () => state.pressure });
    test.users.resources.set('1', { id: '1', schemas: [] });
    await expectShed(await request('GET', '/Users'), 503);
    await expectShed(await request('PATCH', '/Users/1', rename), 503);
    expect(await sampleOf('scim_gateway_http_requests_shed_total{tenant="entra",reason="heap"}')).toBe(2);
    expect((await request('PATCH', '/Users/1', deactivation)).status).toBe(200);
    state.pressure = undefined;
    expect((await request('GET', '/Users')).status).toBe(200);
  });
});

describe('bodies', () => {
  it('are not taken in beyond what may be held of them, also while their length is unknown', async () => {
    await start({ bodyLimitBytes: 100_000 });
    const sockets = [];
    const head = { authorization: `Bearer ${tokens.tolerant}`, 'content-type': json, 'transfer-encoding': 'chunked' };
    for (let count = 0; count < 4; count += 1) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(`${toText('POST', '/scim/v2/Groups', head)}1\r\n{\r\n`);
      sockets.push(socket);
    }
    await expect.poll(() => sampleOf('scim_gateway_http_requests_in_flight')).toBe(4);
    const group = { displayName: 'x'.repeat(1_000) };
    await expectShed(await request('POST', '/Groups', group), 503);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => sampleOf('scim_gateway_http_requests_in_flight')).toBe(0);
    expect((await request('POST', '/Groups', group)).status).toBe(201);
  });
});

describe('operations of a bulk request', () => {
  it('that take access away are urgent, each by itself', async () => {
    await start();
    test.users.resources.set('1', { id: '1', schemas: [] });
    const bulk = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: [
        { method: 'PATCH', path: '/Users/1', data: rename },
        { method: 'PATCH', path: '/Users/1', data: deactivation },
        { method: 'DELETE', path: '/Users/1' },
      ],
    };
    expect((await request('POST', '/Bulk', bulk)).status).toBe(200);
    expect(test.users.calls.map(({ context }) => context.priority)).toEqual(['normal', 'urgent', 'urgent']);
  });
});

describe('a body that trickles in', () => {
  it('is given up at the deadline with an answer that says when to try again, and its connection closed', async () => {
    await start({ deadlineMs: 100 });
    const head = { authorization: `Bearer ${tokens.tolerant}`, 'content-type': json, 'content-length': '10000' };
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(toText('POST', '/scim/v2/Users', { ...head, connection: 'keep-alive' }));
    const trickle = setInterval(() => socket.writable && socket.write(' '), 5);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    await once(socket, 'close');
    clearInterval(trickle);
    const text = Buffer.concat(chunks).toString();
    expect(text).toMatch(/^HTTP\/1\.1 503 /);
    expect(text.toLowerCase()).toMatch(/\r\nretry-after: [1-9]\d*\r\n/);
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(test.users.calls).toEqual([]);
    await expect.poll(() => sampleOf('scim_gateway_http_requests_in_flight')).toBe(0);
  });
});
