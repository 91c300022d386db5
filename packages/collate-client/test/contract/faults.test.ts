import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  type CallContext,
  type CollateClient,
  type CollateClientOptions,
  createCollateClient,
  type Load,
} from '../../src/index.ts';
import { type CollateErrorKind, parseUserId, setMember } from '../../src/model/index.ts';
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

const id = parseUserId(ada.id) ?? neverId();

function neverId(): never {
  throw new Error('not a UUID');
}

/** A client with short timeouts and without waits between attempts. */
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

/** The outcome of a call to a server that plays the handlers. */
async function meet(handlers: readonly Handler[], call: (client: CollateClient) => Promise<unknown>) {
  await using server = await startFaultServer(handlers);
  await using client = clientOf(server.url);
  const outcome = await call(client).then(
    (value) => ({ value, error: undefined }),
    (error: unknown) => ({ value: undefined, error }),
  );
  return { ...outcome, requests: [...server.requests] };
}

const read = (client: CollateClient) => client.bind().users.findById(id);
const write = (client: CollateClient, context?: CallContext) =>
  client.bind(context).users.create({ name: 'ada', email: 'ada@example.com' });
const html = '<html><body>Bad Gateway for ada.lovelace@example.com</body></html>';

describe('the client', () => {
  const passing: readonly (readonly [name: string, fault: Handler, kind: CollateErrorKind])[] = [
    ['a reset connection', reset, 'unreachable'],
    ['an answer that is cut off', cutOff, 'unreachable'],
    ['a missing answer', hang, 'timeout'],
    ['an answer that never ends', drip, 'timeout'],
    ['a 502 of a proxy', answer(502, html, { 'content-type': 'text/html' }), 'unavailable'],
    ['a 503 with Retry-After: 0', answer(503, '', { 'retry-after': '0' }), 'unavailable'],
  ];
  it.each(passing)('completes a read after %s', async (_name, fault) => {
    const { value, requests } = await meet([fault, answer(200, ada)], read);
    expect(value).toMatchObject({ name: 'ada' });
    expect(requests).toHaveLength(2);
  });

  it.each(passing)('fails a read after three attempts with %s', async (_name, fault, kind) => {
    const { error, requests } = await meet([fault], read);
    expect(error).toMatchObject({ kind, operation: 'users.findById' });
    expect(requests).toHaveLength(3);
  });

  it.each(passing)('fails a creation after %s, and sends it only once', async (_name, fault, kind) => {
    const { error, requests } = await meet([fault, answer(201, ada)], write);
    expect(error).toMatchObject({ kind, operation: 'users.create' });
    expect(requests).toHaveLength(1);
  });

  const lasting: readonly (readonly [name: string, fault: Handler, kind: CollateErrorKind])[] = [
    ['half a document', answer(200, JSON.stringify(ada).slice(0, 40)), 'malformed'],
    ['a page of HTML', answer(200, html, { 'content-type': 'text/html' }), 'malformed'],
    ['an empty body', answer(200, ''), 'malformed'],
    ['null', answer(200, 'null'), 'malformed'],
    ['an answer of another shape', answer(200, { data: [], paging: { total: 0 } }), 'malformed'],
    ['a user without e-mail', answer(200, { ...ada, email: undefined }), 'malformed'],
    ['a user with an id that is not a UUID', answer(200, { ...ada, id: '17' }), 'malformed'],
    ['an answer that is not HTTP', noise, 'malformed'],
    ['a redirect', answer(302, '', { location: 'http://127.0.0.1:9/' }), 'malformed'],
    ['a 404 of a proxy without backend', answer(404, 'default backend - 404'), 'malformed'],
    ['a masked e-mail', answer(200, { ...ada, email: '********@masked.com' }), 'forbidden'],
    ['a rate limit with a long Retry-After', answer(429, '', { 'retry-after': '30' }), 'rate-limited'],
    ['a rate limit without a Retry-After', answer(429, ''), 'rate-limited'],
  ];
  it.each(lasting)('fails a read at once after %s', async (_name, fault, kind) => {
    const { error, requests } = await meet([fault, answer(200, ada)], read);
    expect(error).toMatchObject({ kind });
    expect(requests).toHaveLength(1);
  });

  it('repeats a read after a rate limit with a short Retry-After', async () => {
    const { value, requests } = await meet([answer(429, '', { 'retry-after': '0' }), answer(200, ada)], read);
    expect([value !== undefined, requests.length]).toEqual([true, 2]);
  });

  it('fails a creation without a time to wait for when the quota is exhausted', async () => {
    expect((await meet([answer(429, { code: 429, message: 'limit reached' })], write)).error).toMatchObject({
      kind: 'quota',
      retryAfterMs: undefined,
    });
  });

  it('fails a read when the answer exceeds the size limit', async () => {
    await using server = await startFaultServer([answer(200, { ...ada, description: 'x'.repeat(5000) })]);
    await using client = clientOf(server.url, { limits: { responseBytes: 1000 } });
    expect((await rejection(read(client))).kind).toBe('malformed');
  });

  it('ignores unknown properties of an answer', async () => {
    const { value } = await meet([answer(200, { ...ada, novelty: { deep: [1] } })], read);
    expect(value).toMatchObject({ name: 'ada' });
    expect(value).not.toHaveProperty('novelty');
  });

  it('fails a call on many rows when the server refuses any of them, although it answers 200', async () => {
    const bulk = (more: object) =>
      answer(200, { status: 'success', numberOfRowsProcessed: 2, numberOfRowsPassed: 1, ...more });
    const add = (client: CollateClient) => client.bind().teams.addUsers({ fullyQualifiedName: 'x' }, [id]);
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
  it('follows no redirect, not even to the same server', async () => {
    await using server = await startFaultServer([answer(307, '', { location: '/elsewhere' }), answer(200, ada)]);
    await using client = clientOf(server.url);
    expect((await rejection(read(client))).status).toBe(307);
    expect(server.requests).toHaveLength(1);
  });

  it('sends requests below the path of its base URL, with or without /api', async () => {
    await using server = await startFaultServer([answer(200, ada)]);
    for (const suffix of ['', '/', '/api', '/api/', '/collate', '/collate/api/']) {
      await using client = clientOf(server.url + suffix);
      await read(client);
    }
    const path = `/api/v1/users/${ada.id}`;
    const expected = [path, path, path, path, `/collate${path}`, `/collate${path}`];
    expect(server.requests).toEqual(expected.map((target) => `GET ${target}`));
  });

  it.each(['ftp://collate.example', 'collate.example:8585', 'https://user:pass@collate.example', 'http://a/?b', 'x'])(
    'refuses the base URL %s',
    (baseUrl) => {
      expect(() => clientOf(baseUrl)).toThrow(TypeError);
    },
  );

  it('sends its credential and media types, and no precondition', async () => {
    await using server = await startFaultServer([answer(200, ada)]);
    await using client = clientOf(server.url);
    await client.bind().users.patch(id, [setMember('displayName', 'x')]);
    expect(server.headers[0]).toMatchObject({
      authorization: 'Bearer secret-token',
      accept: 'application/json',
      'content-type': 'application/json-patch+json',
    });
    expect(server.headers[0]).not.toHaveProperty('if-match');
  });
});

describe('the client, for its caller,', () => {
  it('ends a call at once when the signal fires', async () => {
    await using server = await startFaultServer([hang]);
    await using client = clientOf(server.url, { timeouts: { readMs: 60_000 } });
    const caller = new AbortController();
    const call = rejection(client.bind({ signal: caller.signal }).users.findById(id));
    await arrival(server.requests);
    caller.abort();
    expect((await call).kind).toBe('aborted');
  });

  it('ends a call at once when the signal fires while it connects', async () => {
    const silent = createTcpServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    await using client = clientOf(`https://127.0.0.1:${port}`, { timeouts: { connectMs: 60_000, readMs: 20 } });
    expect((await rejection(write(client, { signal: AbortSignal.timeout(20) }))).kind).toBe('aborted');
    silent.close();
  });

  it('fails as unreachable when no server listens', async () => {
    const closed = createServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    await using client = clientOf(`http://127.0.0.1:${port}`);
    const error = await rejection(read(client));
    expect([error.kind, error.message]).toEqual(['unreachable', 'users.findById: unreachable: ECONNREFUSED']);
  });
});

describe('a client made by as()', () => {
  it('has a circuit of its own', async () => {
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

  it('shares the limit of calls in flight with its parent', async () => {
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

it('SEC-R17: no error of a broken exchange quotes the answer', async () => {
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

describe('the client, with an overloaded server,', () => {
  const userIds = Array.from({ length: 40 }, (_, index) => `6f1c0000-0000-4000-a000-0000000000${index + 10}`);
  const readEach = (client: CollateClient, priority: 'urgent' | 'normal') =>
    userIds.map((text) => client.bind({ priority }).users.findById(parseUserId(text) ?? neverId()));

  it('sends urgent calls before normal calls that wait already', async () => {
    const answers: (() => void)[] = [];
    await using server = await startFaultServer([(...exchange) => answers.push(() => answer(200, ada)(...exchange))]);
    await using client = clientOf(server.url, { limits: { concurrency: 8 }, timeouts: { readMs: 60_000 } });
    const normal = readEach(client, 'normal');
    await arrival(server.requests, 7);
    const { users } = client.bind({ priority: 'urgent' });
    const urgent = users.remove(id);
    await arrival(server.requests, 8);
    expect(server.requests[7]).toMatch(/^DELETE /);
    const waiting = [users.restore(id), users.restore(id)];
    for (let next = 0; next < userIds.length + 3; next += 1) {
      await arrival(server.requests, next + 1);
      answers[next]?.();
    }
    await Promise.all([...normal, urgent, ...waiting]);
    expect(server.requests.slice(8, 10)).toEqual(Array(2).fill('PUT /api/v1/users/restore'));
  });

  it('sends fewer calls at once, and as many as before when the server has recovered', async () => {
    const loads: Load[] = [];
    const state = { isOverloaded: true };
    const serve: Handler = (...exchange) => answer(state.isOverloaded ? 503 : 200, ada)(...exchange);
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
    state.isOverloaded = false;
    const before = loads.length;
    while (loads.at(-1)?.places !== 16) await round();
    expect(Math.max(...loads.slice(before).map(({ busy }) => busy))).toBeLessThanOrEqual(14);
  });

  it('adds less than a third of the calls as retries', async () => {
    await using server = await startFaultServer([answer(503, '')]);
    await using client = clientOf(server.url, { breaker: { minimumCalls: 100_000 }, timeouts: { readMs: 60_000 } });
    for (let round = 0; round < 10; round += 1) await Promise.allSettled(readEach(client, 'normal'));
    expect(server.requests.length / (10 * userIds.length)).toBeLessThan(1.3);
  });
});

/** Resolves when the server has received so many requests. */
async function arrival(requests: readonly string[], count = 1): Promise<void> {
  while (requests.length < count) await new Promise((resolve) => setImmediate(resolve));
}
