import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisConnection, createRedisStore, type RedisConnection, type RedisShape } from '../src/index.ts';
import { openReplica } from '../src/testing/leases-contract.ts';
import {
  makeCertificates,
  readPem,
  startCluster,
  startSentinels,
  type TestAccess,
  type TestCertificates,
  type TestTopology,
} from '../src/testing/redis-shapes.ts';

for (const [name, start] of [
  ['a master that sentinels watch', startSentinels],
  ['a cluster', startCluster],
] as const) {
  describe(`${name}, with TLS, certificates on both sides and passwords`, () => {
    let certificates: TestCertificates;
    let access: TestAccess;
    let topology: TestTopology;
    const connections: RedisConnection[] = [];

    beforeAll(async () => {
      certificates = makeCertificates();
      access = { tls: certificates, password: 'of-the-servers', sentinelPassword: 'of-the-sentinels' };
      topology = await start(access);
    });
    afterAll(async () => {
      for (const connection of connections) await connection[Symbol.asyncDispose]();
      await topology[Symbol.asyncDispose]();
      certificates[Symbol.dispose]();
    });

    const connect = (shape: RedisShape, password: string, tls = readPem(certificates)) => {
      const connection = createRedisConnection({ shape, keyPrefix: 'guarded', commandTimeoutMs: 500, password, tls });
      connections.push(connection);
      return connection;
    };

    it('accepts complete credentials, and continues when a master dies', async () => {
      await using replica = await openReplica(connect(topology.shape, access.password));
      const store = createRedisStore(replica.connection);
      const keep = async () => {
        const snapshot = await store.snapshot(['tag']);
        if (snapshot !== undefined) await store.set('key', 'value', { ttlMs: 60_000, snapshot });
        return store.get('key', ['tag']);
      };
      expect(await keep()).toBe('value');
      (await replica.locks.acquire(['person']))[Symbol.dispose]();
      await topology.killMasterOf('guarded:leases');
      (await replica.locks.acquire(['person'], AbortSignal.timeout(60_000)))[Symbol.dispose]();
      await expect.poll(keep, { timeout: 60_000 }).toBe('value');
    });

    it('refuses a missing password or certificate', async () => {
      const { shape } = topology;
      const { ca } = readPem(certificates);
      const attempts = [
        connect(shape, 'wrong'),
        createRedisConnection({ shape, keyPrefix: 'guarded', commandTimeoutMs: 500, password: access.password }),
        createRedisConnection({
          shape,
          keyPrefix: 'guarded',
          commandTimeoutMs: 500,
          password: access.password,
          tls: { ca },
        }),
        ...(shape.kind === 'sentinel' ? [connect({ ...shape, password: 'wrong' }, access.password)] : []),
      ];
      connections.push(...attempts);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      for (const { redis } of attempts) await expect(redis.get('guarded:key')).rejects.toThrow();
    });
  });
}
