import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { unavailable } from '@scim-gateway/scim';
import { afterEach, describe, expect, it, vi } from 'vitest';
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
  vi.useRealTimers();
  for (const release of releases.splice(0)) release();
  await test.app.close();
});

/** Blocks every use case until the test ends. */
const blockUseCases = () => {
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

/** Expects a SCIM error with Retry-After. */
async function expectShed(answer: Response, status: 429 | 503): Promise<void> {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
  expect(answer.headers.get('content-type')).toBe(json);
  expect(await answer.json()).toMatchObject({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
  });
}

/** Takes all of 16 places but the two that are kept for urgent requests. */
async function fill(): Promise<void> {
  blockUseCases();
  for (let count = 0; count < 10; count += 1) void request('GET', '/Users').catch(() => undefined);
  await expect.poll(() => test.users.calls.length).toBe(10);
  for (let count = 0; count < 4; count += 1)
    void request('GET', '/Users', undefined, tokens.strict).catch(() => undefined);
  await expect.poll(() => test.users.calls.length).toBe(14);
}

/** Opens connections in groups: opened all at once, they would overflow the listener's backlog of 511. */
async function connectMany(groups: number, size: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  let accepted = 0;
  test.app.server.on('connection', () => {
    accepted += 1;
  });
  for (let group = 1; group <= groups; group += 1) {
    for (let index = 0; index < size; index += 1) sockets.push(connect(port, '127.0.0.1'));
    await expect.poll(() => accepted, { timeout: 10_000, interval: 1 }).toBe(group * size);
  }
  return sockets;
}

/** Lists users over a given connection. */
async function listOver(socket: Socket, token: string): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, connection: 'close' };
  const sent = get({ createConnection: () => socket, path: '/scim/v2/Users', headers });
  const [answer]: IncomingMessage[] = await once(sent, 'response');
  if (answer === undefined) throw new Error('the gateway did not answer');
  const { statusCode, headersDistinct } = answer;
  return new Response(await text(answer), {
    status: statusCode ?? 0,
    headers: Object.entries(headersDistinct).map(([name, values = []]) => [name, values.join()]),
  });
}

describe('SEC-R25: the number of requests in progress', () => {
  it('is bounded: of 2,000 requests at one time the gateway serves as many as it has places, and refuses the others at once', async () => {
    await start({ maxRequestsInFlight: 64 });
    blockUseCases();
    const sockets = await connectMany(8, 250);
    const all = sockets.map((socket, index) => listOver(socket, index % 2 === 0 ? tokens.tolerant : tokens.strict));
    const answered: Response[] = [];
    for (const each of all) void each.then((answer) => answered.push(answer));
    await expect.poll(() => answered.length, { timeout: 30_000 }).toBe(2_000 - 56);
    expect(test.users.calls).toHaveLength(56);
    expect(await sampleOf('scim_gateway_http_requests_in_flight')).toBe(56);
    const statuses = new Set(answered.map(({ status }) => status));
    expect([...statuses].every((status) => status === 503 || status === 429)).toBe(true);
    expect(statuses).toContain(503);
    for (const answer of answered.slice(0, 20)) await expectShed(answer, answer.status === 429 ? 429 : 503);
    const refused = await Promise.all(
      ['entra', 'okta'].flatMap((tenant) => [
        sampleOf(`scim_gateway_http_requests_shed_total{tenant="${tenant}",reason="in-flight"}`),
        sampleOf(`scim_gateway_rate_limited_total{tenant="${tenant}",scope="credential"}`),
      ]),
    );
    expect(refused.reduce((sum, each) => sum + each, 0)).toBe(2_000 - 56);
    for (const release of releases.splice(0)) release();
    await Promise.all(all);
    test.users.before = () => undefined;
    expect((await request('GET', '/Users')).status).toBe(200);
  }, 60_000);
});

describe('a gateway without free places', () => {
  it('refuses requests that are not urgent, before the client sends the body', async () => {
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
  ])('serves a deactivation by %s', async (method, body) => {
    await start({ maxRequestsInFlight: 16 });
    await fill();
    test.users.before = () => undefined;
    test.users.resources.set('1', { id: '1', schemas: [] });
    expect((await request(method, '/Users/1', body)).status).toBeLessThan(300);
    expect(test.users.calls.at(-1)?.context.priority).toBe('urgent');
  });

  it('serves a PATCH that only removes members', async () => {
    await start({ maxRequestsInFlight: 16 });
    await fill();
    test.groups.resources.set('1', { id: '1', schemas: [] });
    const removal = { Operations: [{ op: 'remove', path: 'members[value eq "x"]' }] };
    expect((await request('PATCH', '/Groups/1', removal)).status).toBe(204);
    expect(test.groups.calls.at(-1)?.context.priority).toBe('urgent');
  });
});

describe('a token that has used up its share of the places', () => {
  it('receives 429, while the gateway serves other tokens', async () => {
    await start({ maxRequestsInFlight: 16 });
    blockUseCases();
    for (let count = 0; count < 10; count += 1) void request('GET', '/Users').catch(() => undefined);
    await expect.poll(() => test.users.calls.length).toBe(10);
    await expectShed(await request('GET', '/Users'), 429);
    test.users.before = () => undefined;
    expect((await request('GET', '/Users', undefined, tokens.strict)).status).toBe(200);
  });
});

describe('a process under pressure', () => {
  it('serves only urgent requests, until the pressure ends', async () => {
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

describe('the memory for bodies', () => {
  it('is bounded, also for bodies of unknown length: a further body is refused with 503', async () => {
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

describe('a bulk request', () => {
  it('gives each operation its own priority: urgent only for a deactivation or deletion', async () => {
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
  it('is abandoned at the deadline, by the injected clock: 503 with Retry-After, and the connection closes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await start({ deadlineMs: 10_000 });
    const head = { authorization: `Bearer ${tokens.tolerant}`, 'content-type': json, 'content-length': '10000' };
    const socket = connect(port, '127.0.0.1');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'connect');
    socket.write(toText('POST', '/scim/v2/Users', { ...head, connection: 'keep-alive' }));
    await expect.poll(() => sampleOf('scim_gateway_http_requests_in_flight')).toBe(1);
    for (let second = 1; second < 10; second += 1) {
      vi.advanceTimersByTime(1_000);
      socket.write(' ');
    }
    vi.advanceTimersByTime(999);
    expect(await sampleOf('scim_gateway_http_requests_in_flight')).toBe(1);
    expect(chunks).toEqual([]);
    vi.advanceTimersByTime(1);
    await once(socket, 'close');
    const received = Buffer.concat(chunks).toString();
    expect(received).toMatch(/^HTTP\/1\.1 503 /);
    expect(received.toLowerCase()).toMatch(/\r\nretry-after: [1-9]\d*\r\n/);
    expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(test.users.calls).toEqual([]);
    await expect.poll(() => sampleOf('scim_gateway_http_requests_in_flight')).toBe(0);
  });
});
