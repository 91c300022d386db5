import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRedisConnection, type RedisConnection, type RedisShape } from '../src/index.ts';
import { openReplica } from '../src/testing/leases-contract.ts';
import { redisServer, startRedis, type TestRedis } from '../src/testing/redis-server.ts';
import { makeCertificates, readPem } from '../src/testing/redis-shapes.ts';
import { openTcpLink } from '../src/testing/tcp-link.ts';

const required = process.env['CI'] === 'true';

describe.skipIf(redisServer === undefined && !required)('the connection to Redis', { timeout: 30_000 }, () => {
  let server: TestRedis;
  let connection: RedisConnection | undefined;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(() => connection?.[Symbol.asyncDispose]());
  afterAll(() => server[Symbol.asyncDispose]());

  const connect = async (shape: RedisShape) => {
    const made = createRedisConnection({ shape, keyPrefix: 'test', commandTimeoutMs: 500 });
    connection = made;
    await new Promise<void>((resolve) => made.onReady(resolve));
    return made;
  };

  it('connects again after its client has given up', async () => {
    const { redis } = await connect({ kind: 'standalone', url: server.url });
    redis.disconnect();
    await once(redis, 'end');
    await expect.poll(() => redis.status, { timeout: 10_000 }).toBe('ready');
  });

  it('ends when it is disposed of', async () => {
    const made = await connect({ kind: 'standalone', url: server.url });
    await made[Symbol.asyncDispose]();
    await delay(1_000);
    expect(made.redis.status).toBe('end');
  });

  it.each(['without TLS', 'over TLS'])('reaches the successor of a host that vanished silently, %s', async (kind) => {
    using certificates = makeCertificates();
    const tls = kind === 'over TLS' ? { tls: certificates } : {};
    await using lost = await startRedis(tls);
    await using successor = await startRedis(tls);
    await using link = await openTcpLink(lost.port);
    connection = createRedisConnection({
      shape: { kind: 'standalone', url: lost.url.replace(String(lost.port), String(link.port)) },
      keyPrefix: 'test',
      commandTimeoutMs: 250,
      ...(kind === 'over TLS' ? { tls: readPem(certificates) } : {}),
    });
    await using replica = await openReplica(connection);
    (await replica.locks.acquire(['before']))[Symbol.dispose]();
    link.abandon();
    link.redirect(successor.port);
    const { redis } = connection;
    const vanishedAt = performance.now();
    await expect.poll(() => redis.get('key').catch(() => 'no answer'), { timeout: 10_000 }).toBeNull();
    expect(performance.now() - vanishedAt).toBeLessThan(5_000);
  });

  it('keeps the connection that replaced one which was lost with commands under way', async () => {
    await using own = await startRedis();
    const { redis } = await connect({ kind: 'standalone', url: own.url });
    await own.signal('SIGSTOP');
    const unanswered = redis.get('key').catch(() => 'no answer');
    await own.signal('SIGKILL');
    expect(await unanswered).toBe('no answer');
    await own.restart();
    await expect.poll(() => redis.status, { timeout: 10_000 }).toBe('ready');
    let closes = 0;
    redis.on('close', () => {
      closes += 1;
    });
    await delay(3_000);
    expect(closes).toBe(0);
  });

  it('connects again when a sentinel announces a new master while it is asked for one', async () => {
    await using sentinel = await startSentinelFor(server.port);
    const { redis } = await connect({
      kind: 'sentinel',
      sentinels: [{ host: '127.0.0.1', port: sentinel.port }],
      master: 'main',
    });
    await sentinel.watched;
    sentinel.tellBeforeAnswering();
    const ended = new Promise((resolve) => redis.once('end', resolve));
    await server.signal('SIGKILL');
    await ended;
    await server.restart();
    await expect.poll(() => redis.status, { timeout: 10_000 }).toBe('ready');
  });
});

/**
 * Implements the part of a sentinel's protocol that a client needs, and announces a new master just when it is asked
 * for one.
 */
async function startSentinelFor(masterPort: number) {
  const watchers = new Set<Socket>();
  let tells = false;
  const events = new EventEmitter();
  const watched = once(events, 'watched');
  const answer = async (command: string, socket: Socket) => {
    if (command.includes('get-master-addr-by-name')) {
      if (tells) {
        tells = false;
        for (const watcher of watchers) watcher.write(toArray('message', '+switch-master', 'main'));
        await delay(200);
      }
      socket.write(toArray('127.0.0.1', String(masterPort)));
    } else if (command.includes('subscribe')) {
      watchers.add(socket);
      socket.write('*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n');
      events.emit('watched');
    } else {
      socket.write('*0\r\n');
    }
  };
  const server: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => watchers.delete(socket));
    socket.on('data', (data) => {
      for (const command of String(data).split(/(?=\*\d+\r\n)/)) void answer(command, socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    watched,
    tellBeforeAnswering: () => {
      tells = true;
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}

function toArray(...parts: readonly string[]): string {
  return `*${parts.length}\r\n${parts.map((part) => `$${part.length}\r\n${part}\r\n`).join('')}`;
}
