import { randomUUID } from 'node:crypto';
import { createRedisConnection } from '@scim-gateway/cache';
import type { TestRedis } from '@scim-gateway/cache/testing/redis-server';

/** Writes values of 64 KB, as another application may do in the same Redis; with a limit of memory, keys are evicted. */
export async function fillRedis(server: TestRedis, values = 200): Promise<void> {
  const shape = { kind: 'standalone', url: server.url } as const;
  await using connection = createRedisConnection({ shape, keyPrefix: 'other', commandTimeoutMs: 5_000 });
  await new Promise<void>((resolve) => connection.onReady(resolve));
  for (let index = 0; index < values; index += 1) {
    await connection.redis.set(connection.key(randomUUID()), 'x'.repeat(65_536), 'PX', 60_000);
  }
}
