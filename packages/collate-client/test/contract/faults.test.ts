import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  type CollateClient,
  type CollateClientOptions,
  type CollateErrorKind,
  createCollateClient,
  type Load,
  parseUserId,
  setMember,
} from '../../src/index.ts';
import {
  ada,
  answer,
  cutOff,
  drip,
  type Handler,
  hang,
  noise,
  reset,
  startFaultServer,
} from '../support/fault-server.ts';
import { rejection } from '../support/scripted-transport.ts';

const none = {};
const id = parseUserId(ada.id) ?? neverId();

function neverId(): never {
  throw new Error('not a UUID');
}

/** A client that loses no time. */
function clientOf(baseUrl: string, more: Partial<CollateClientOptions> = {}): CollateClient {
  return createCollateClient({
    baseUrl,
    token: () => 'secret-token',
    retries: { attempts: 3, baseDelayMs: 0 },
    timeouts: { readMs: 250, writeMs: 250 },
    random: () => 0,
    ...more,
  });
}

/** What a read and a creation come to at a server that plays the handlers. */
async function meet(handlers: readonly Handler[], call: (client: CollateClient) => Promise<unknown>) {
  await using server = await startFaultServer(handlers);
  await using client = clientOf(server.url);
  const outcome = await call(client).then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  );
  return { ...outcome, requests: [...server.requests] };
}

const read = (client: CollateClient) => client.users.findById(id, none, none);
const write = (client: CollateClient) => client.users.create({ name: 'ada', email: 'ada@example.com' }, none);
const html = '<html><body>Bad Gateway for ada.lovelace@example.com</body></html>';

describe('a server that', () => {
  const passing: readonly (readonly [name: string, fault: Handler, kind: CollateErrorKind])[] = [
    ['resets the connection', reset, 'unreachable'],
    ['cuts its answer off', cutOff, 'unreachable'],
    ['never answers', hang, 'timeout'],
    ['never ends its answer', drip, 'timeout'],
    ['is behind a broken proxy', answer(502, html, { 'content-type': 'text/html' }), 'unavailable'],
    ['asks to come back at once', answer(503, '', { 'retry-after': '0' }), 'unavailable'],
  ];
  test.each(passing)('%s once does not fail a read', async (_name, fault) => {
    const { value, requests } = await meet([fault, answer(200, ada)], read);
    expect(value).toMatchObject({ name: 'ada' });
    expect(requests).toHaveLength(2);
  });

  test.each(passing)('%s for ever fails a read after three attempts', async (_name, fault, kind) => {
    const { error, requests } = await meet([fault], read);
    expect(error).toMatchObject({ kind, operation: 'users.findById' });
    expect(requests).toHaveLength(3);
  });

  test.each(passing)('%s once fails a creation, which is sent only once', async (_name, fault, kind) => {
    const { error, requests } = await meet([fault, answer(201, ada)], write);
    expect(error).toMatchObject({ kind, operation: 'users.create' });
    expect(requests).toHaveLength(1);
  });

  const lasting: readonly (readonly [name: string, fault: Handler, kind: CollateErrorKind])[] = [
    ['answers half a document', answer(200, JSON.stringify(ada).slice(0, 40)), 'malformed'],
    ['answers a page of HTML', answer(200, html, { 'content-type': 'text/html' }), 'malformed'],
    ['answers nothing', answer(200, ''), 'malformed'],
    ['answers null', answer(200, 'null'), 'malformed'],
    ['answers something else', answer(200, { data: [], paging: { total: 0 } }), 'malformed'],
    ['answers a user without e-mail', answer(200, { ...ada, email: undefined }), 'malformed'],
    ['answers a user of a strange id', answer(200, { ...ada, id: '17' }), 'malformed'],
    ['does not speak HTTP', noise, 'malformed'],
    ['sends us elsewhere', answer(302, '', { location: 'http://127.0.0.1:9/' }), 'malformed'],
    ['has lost its backend', answer(404, 'default backend - 404'), 'malformed'],
    ['masks e-mails', answer(200, { ...ada, email: '********@masked.com' }), 'forbidden'],
    ['limits the rate for long', answer(429, '', { 'retry-after': '30' }), 'rate-limited'],
    ['limits the rate without a date', answer(429, ''), 'rate-limited'],
  ];
  test.each(lasting)('%s fails a read at once', async (_name, fault, kind) => {
    const { error, requests } = await meet([fault, answer(200, ada)], read);
    expect(error).toMatchObject({ kind });
    expect(requests).toHaveLength(1);
  });

  test('limits the rate for a moment is obeyed', async () => {
    const { value, requests } = await meet([answer(429, '', { 'retry-after': '0' }), answer(200, ada)], read);
    expect([value !== undefined, requests.length]).toEqual([true, 2]);
  });

  test('has no quota left fails a creation as one that waiting does not help', async () => {
    expect((await meet([answer(429, { code: 429, message: 'limit reached' })], write)).error).toMatchObject({
      kind: 'quota',
      retryAfterMs: undefined,
    });
  });

  test('answers more than may be held fails a read', async () => {
    await using server = await startFaultServer([answer(200, { ...ada, description: 'x'.repeat(5000) })]);
    await using client = clientOf(server.url, { limits: { responseBytes: 1000 } });
    expect((await rejection(read(client))).kind).toBe('malformed');
  });

  test('adds properties is understood', async () => {
    const { value } = await meet([answer(200, { ...ada, novelty: { deep: [1] } })], read);
    expect(value).toMatchObject({ name: 'ada' });
    expect(value).not.toHaveProperty('novelty');
  });

  test('refuses rows of a bulk call while answering 200 fails it', async () => {
    const bulk = (more: object) =>
      answer(200, { status: 'success', numberOfRowsProcessed: 2, numberOfRowsPassed: 1, ...more });
    const add = (client: CollateClient) => client.teams.addUsers({ fullyQualifiedName: 'x' }, [id], none);
    const failed = { numberOfRowsFailed: 1, status: 'partialSuccess', failedRequest: [{ status: 403, message: 'm' }] };
    expect((await meet([bulk(failed)], add)).error).toMatchObject({ kind: 'forbidden' });
    expect((await meet([bulk({ numberOfRowsFailed: 1 })], add)).error).toMatchObject({ kind: 'rejected' });
    expect((await meet([bulk({ status: 'failure' })], add)).error).toMatchObject({ kind: 'rejected' });
    const broken = { numberOfRowsFailed: 1, failedRequest: [{ status: 500 }] };
    expect((await meet([bulk(broken)], add)).error).toMatchObject({ kind: 'unavailable' });
    expect((await meet([bulk({ numberOfRowsFailed: 0 })], add)).error).toBeUndefined();
  });
});

describe('SEC-R26: the client', () => {
  test('follows no redirect, not even to where it was', async () => {
    await using server = await startFaultServer([answer(307, '', { location: '/elsewhere' }), answer(200, ada)]);
    await using client = clientOf(server.url);
    expect((await rejection(read(client))).status).toBe(307);
    expect(server.requests).toHaveLength(1);
  });

  test('keeps to the path of its base, however that is written', async () => {
    await using server = await startFaultServer([answer(200, ada)]);
    for (const suffix of ['', '/', '/api', '/api/', '/collate', '/collate/api/']) {
      await using client = clientOf(server.url + suffix);
      await read(client);
    }
    const path = `/api/v1/users/${ada.id}`;
    const expected = [path, path, path, path, `/collate${path}`, `/collate${path}`];
    expect(server.requests).toEqual(expected.map((target) => `GET ${target}`));
  });

  test.each(['ftp://collate.example', 'collate.example:8585', 'https://user:pass@collate.example', 'http://a/?b', 'x'])(
    'does not take %s for a base',
    (baseUrl) => {
      expect(() => clientOf(baseUrl)).toThrow(TypeError);
    },
  );

  test('sends its credential and what it wants, and nothing that changes how a write is taken', async () => {
    await using server = await startFaultServer([answer(200, ada)]);
    await using client = clientOf(server.url);
    await client.users.patch(id, [setMember(['displayName'], 'x')], none);
    expect(server.headers[0]).toMatchObject({
      authorization: 'Bearer secret-token',
      accept: 'application/json',
      'content-type': 'application/json-patch+json',
    });
    expect(server.headers[0]).not.toHaveProperty('if-match');
  });
});

describe('a caller', () => {
  test('who leaves ends the call at once', async () => {
    await using server = await startFaultServer([hang]);
    await using client = clientOf(server.url, { timeouts: { readMs: 60_000 } });
    const caller = new AbortController();
    const call = rejection(client.users.findById(id, none, { signal: caller.signal }));
    await arrival(server.requests);
    caller.abort();
    expect((await call).kind).toBe('aborted');
  });

  test('who leaves while the connection is being made does not wait for it', async () => {
    const silent = createTcpServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    await using client = clientOf(`https://127.0.0.1:${port}`, { timeouts: { connectMs: 60_000, readMs: 20 } });
    expect(
      (await rejection(client.users.create({ name: 'a', email: 'a@b.c' }, { signal: AbortSignal.timeout(20) }))).kind,
    ).toBe('aborted');
    silent.close();
  });

  test('is told that nobody is there', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    await using client = clientOf(`http://127.0.0.1:${port}`);
    const error = await rejection(read(client));
    expect([error.kind, error.message]).toEqual(['unreachable', 'users.findById: unreachable: ECONNREFUSED']);
  });
});

describe('one principal', () => {
  test('does not see that another one’s circuit is open', async () => {
    const serve: Handler = (request, response) => {
      if (request.headers.authorization === 'Bearer broken') reset(request, response);
      else answer(200, ada)(request, response);
    };
    await using server = await startFaultServer([serve]);
    await using client = clientOf(server.url, { breaker: { minimumCalls: 5, openMs: 60_000 } });
    const other = client.as(() => 'broken');
    const kinds: string[] = [];
    while (!kinds.includes('circuit-open')) kinds.push((await rejection(read(other))).kind);
    expect(await read(client)).toMatchObject({ name: 'ada' });
    await other[Symbol.asyncDispose]();
    expect(await read(client)).toMatchObject({ name: 'ada' });
  });

  test('shares the limit of calls with the others', async () => {
    const inside = new Set<() => void>();
    let most = 0;
    const serve: Handler = (request, response) => {
      const finish = () => {
        inside.delete(finish);
        answer(200, ada)(request, response);
      };
      inside.add(finish);
      most = Math.max(most, inside.size);
    };
    await using server = await startFaultServer([serve]);
    await using client = clientOf(server.url, { limits: { concurrency: 3 }, timeouts: { readMs: 10_000 } });
    const other = client.as(() => 'other');
    const calls = Promise.all(Array.from({ length: 20 }, (_, index) => read(index % 2 === 0 ? client : other)));
    for (let count = 2; count <= 20; count += 1) {
      await arrival(server.requests, count);
      const [finish] = inside;
      finish?.();
    }
    for (const finish of inside) finish();
    expect(await calls).toHaveLength(20);
    expect(most).toBe(2);
  });
});

test('SEC-R17: no error of a broken exchange repeats what came over the wire', async () => {
  const secret = 'ada.lovelace@example.com';
  const corrupt = { ...ada, email: secret, id: 'x' };
  const handlers = [noise, cutOff, answer(200, html), answer(200, corrupt), answer(200, `{"email":"${secret}"`)];
  for (const handler of handlers) {
    const { error } = await meet([handler], read);
    const text = [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error), String(error)].join();
    expect(text).toContain('users.findById');
    expect(text).not.toContain('lovelace');
    expect(text).not.toContain('secret-token');
  }
});

describe('a server that has more to do than it can', () => {
  const userIds = Array.from({ length: 40 }, (_, index) => `6f1c0000-0000-4000-a000-0000000000${index + 10}`);
  const readEach = (client: CollateClient, priority: 'urgent' | 'normal') =>
    userIds.map((text) => client.users.findById(parseUserId(text) ?? neverId(), none, { priority }));

  test('serves urgent calls first, although others came before', async () => {
    const answers: (() => void)[] = [];
    await using server = await startFaultServer([(...exchange) => answers.push(() => answer(200, ada)(...exchange))]);
    await using client = clientOf(server.url, { limits: { concurrency: 8 }, timeouts: { readMs: 60_000 } });
    const normal = readEach(client, 'normal');
    await arrival(server.requests, 7);
    const urgent = client.users.remove(id, {}, { priority: 'urgent' });
    await arrival(server.requests, 8);
    expect(server.requests[7]).toMatch(/^DELETE /);
    const waiting = [
      client.users.restore(id, { priority: 'urgent' }),
      client.users.restore(id, { priority: 'urgent' }),
    ];
    for (let next = 0; next < userIds.length + 3; next += 1) {
      await arrival(server.requests, next + 1);
      answers[next]?.();
    }
    await Promise.all([...normal, urgent, ...waiting]);
    expect(server.requests.slice(8, 10)).toEqual(Array(2).fill('PUT /api/v1/users/restore'));
  });

  test('is sent fewer calls at one time, and as many as before once it is well', async () => {
    const loads: Load[] = [];
    const state = { isIll: true };
    const serve: Handler = (...exchange) => answer(state.isIll ? 503 : 200, ada)(...exchange);
    await using server = await startFaultServer([serve]);
    await using client = clientOf(server.url, {
      limits: { concurrency: 16 },
      timeouts: { readMs: 60_000 },
      breaker: { minimumCalls: 100_000 },
      observer: { onLoad: (load) => loads.push(load) },
    });
    const round = () => Promise.allSettled(readEach(client, 'normal'));
    await round();
    expect(loads.at(-1)).toMatchObject({ places: 4, busy: 0 });
    state.isIll = false;
    const before = loads.length;
    while (loads.at(-1)?.places !== 16) await round();
    expect(Math.max(...loads.slice(before).map(({ busy }) => busy))).toBeLessThanOrEqual(14);
  });

  test('is not sent three times as much, since repetitions are few beside calls', async () => {
    await using server = await startFaultServer([answer(503, '')]);
    await using client = clientOf(server.url, { breaker: { minimumCalls: 100_000 }, timeouts: { readMs: 60_000 } });
    for (let round = 0; round < 10; round += 1) await Promise.allSettled(readEach(client, 'normal'));
    expect(server.requests.length / (10 * userIds.length)).toBeLessThan(1.3);
  });
});

/** Resolves when so many requests have come. */
async function arrival(requests: readonly string[], count = 1): Promise<void> {
  while (requests.length < count) await new Promise((resolve) => setImmediate(resolve));
}
