import { readFileSync } from 'node:fs';
import { createRedisConnection, type RedisConnection } from '@scim-gateway/cache';
import { redisServer, startRedis, type TestRedis } from '@scim-gateway/cache/testing/redis-server';
import { makeCertificates, type TestCertificates } from '@scim-gateway/cache/testing/redis-shapes';
import { createCollateSimulator } from '@scim-gateway/collate-simulator';
import { describe, expect, it } from 'vitest';
import { compose } from '../../src/composition/gateway.ts';
import { openRedisAccess } from '../../src/composition/redis-access.ts';
import { loadConfig } from '../../src/config/load.ts';
import { gatewayEnvironment } from '../support/gateway-environment.ts';
import { MountedSecret } from '../support/mounted-secret.ts';
import { readSample } from '../support/read-sample.ts';

const required = process.env['CI'] === 'true';
const minimal = { COLLATE_URL: 'http://collate.example.com', COLLATE_TOKEN: 'a.b.c' };
const userSchemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];

async function administer(redis: TestRedis, work: (admin: RedisConnection) => Promise<unknown>): Promise<void> {
  const url = `redis://admin:administrator@127.0.0.1:${redis.port}`;
  const shape = { kind: 'standalone', url } as const;
  await using admin = createRedisConnection({ shape, keyPrefix: 'admin', commandTimeoutMs: 1_000 });
  await new Promise<void>((resolve) => admin.onReady(resolve));
  await work(admin);
}

function readPem({ caFile, certFile, keyFile }: TestCertificates) {
  const read = (path: string) => readFileSync(path, 'utf8');
  return { 'ca.crt': read(caFile), 'tls.crt': read(certFile), 'tls.key': read(keyFile) };
}

const connectBy = (environment: Readonly<Record<string, string>>, onReconnect?: () => void) => {
  const access = openRedisAccess(loadConfig({ ...minimal, ...environment }).redis);
  if (access === undefined) throw new Error('no Redis is configured');
  const observer = { ...(onReconnect === undefined ? {} : { onReconnect }) };
  const connection = createRedisConnection({ ...access.options, commandTimeoutMs: 500, observer });
  return { access, connection };
};
const opened = (connection: RedisConnection) => new Promise<void>((resolve) => connection.onReady(resolve));

describe.skipIf(redisServer === undefined && !required)('the credentials of Redis', { timeout: 30_000 }, () => {
  const users = ['--user', 'default', 'off', '--user', 'admin', 'on', '>administrator', '~*', '+@all'];
  const gatewayUser = ['--user', 'gateway', 'on', '>first', '~*', '+@all'];

  it('can change while the gateway runs: the next connection uses the new password, and requests continue', async () => {
    await using redis = await startRedis({ args: [...users, ...gatewayUser] });
    await using simulator = await createCollateSimulator();
    using secret = new MountedSecret({ password: 'first\n' });
    await using gateway = await compose(
      loadConfig({
        ...gatewayEnvironment(simulator),
        SCIM_TOKEN: 'a-token-of-the-test-that-is-long-enough',
        REDIS_URL: redis.url,
        REDIS_USERNAME: 'gateway',
        REDIS_PASSWORD_FILE: secret.path('password'),
        LOG_LEVEL: 'silent',
      }),
    );
    const create = async (name: string) => {
      const answer = await fetch(`${gateway.baseUrl}/Users`, {
        method: 'POST',
        headers: {
          authorization: 'Bearer a-token-of-the-test-that-is-long-enough',
          'content-type': 'application/scim+json',
        },
        body: JSON.stringify({ schemas: userSchemas, userName: `${name}@example.com`, displayName: name }),
      });
      return answer.status;
    };
    const sampleOf = (series: string) => readSample(gateway.managementUrl, `scim_gateway_${series}`);

    expect(await create('ada')).toBe(201);
    secret.swap({ password: 'second\n' });
    await administer(redis, async ({ redis: admin }) => {
      await admin.call('ACL', 'SETUSER', 'gateway', 'resetpass', '>second');
      await admin.call('CLIENT', 'KILL', 'USER', 'gateway');
    });
    expect(await create('grace')).toBe(201);
    expect(await sampleOf('redis_up')).toBe(1);
    expect(await sampleOf('redis_degraded')).toBe(0);
    expect(await sampleOf('redis_reconnects_total')).toBeGreaterThan(0);
    expect(await sampleOf('redis_commands_total{role="leases",result="ok"}')).toBeGreaterThan(0);
    await expect
      .poll(() => sampleOf('config_last_reload_success_timestamp_seconds{kind="redis-credentials"}'))
      .toBeGreaterThan(1e9);
  });

  it('can change with the whole URL in a file', async () => {
    await using redis = await startRedis({ args: [...users, ...gatewayUser] });
    const urlWith = (password: string) => `redis://gateway:${password}@127.0.0.1:${redis.port}`;
    using secret = new MountedSecret({ url: urlWith('first') });
    const { connection } = connectBy({ REDIS_URL_FILE: secret.path('url') });
    await using _connection = connection;
    await opened(connection);
    secret.swap({ url: urlWith('second%21') });
    await administer(redis, async ({ redis: admin }) => {
      await admin.call('ACL', 'SETUSER', 'gateway', 'resetpass', '>second!');
      await admin.call('CLIENT', 'KILL', 'USER', 'gateway');
    });
    await expect.poll(() => connection.redis.ping().catch(() => 'away'), { timeout: 10_000 }).toBe('PONG');
  });

  it('can change to certificates of another authority, on both sides', async () => {
    using first = makeCertificates();
    using second = makeCertificates();
    using server = new MountedSecret(readPem(first));
    using client = new MountedSecret(readPem(first));
    const tls = { caFile: server.path('ca.crt'), certFile: server.path('tls.crt'), keyFile: server.path('tls.key') };
    await using redis = await startRedis({ tls });
    let reconnects = 0;
    const { access, connection } = connectBy(
      {
        REDIS_URL: redis.url,
        REDIS_TLS_CA_FILE: client.path('ca.crt'),
        REDIS_TLS_CERT_FILE: client.path('tls.crt'),
        REDIS_TLS_KEY_FILE: client.path('tls.key'),
      },
      () => reconnects++,
    );
    await using _connection = connection;
    await opened(connection);
    expect([...access.expiries().keys()]).toEqual(['redis-ca', 'redis-client']);
    expect(access.expiries().get('redis-client')).toBeGreaterThan(Date.now());

    server.swap(readPem(second));
    await redis.signal('SIGKILL');
    await redis.restart();
    // The old authority does not verify the new certificate: attempts fail.
    const attempts = reconnects;
    await expect.poll(() => reconnects, { timeout: 10_000 }).toBeGreaterThan(attempts + 2);
    expect(connection.isReady()).toBe(false);
    client.swap(readPem(second));
    await expect.poll(() => connection.redis.ping().catch(() => 'away'), { timeout: 10_000 }).toBe('PONG');
  });
});
