import { type RedisConnection, type RedisMemory, readRedisMemory } from '@scim-gateway/cache';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';

interface Observers {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

const intervalMs = 30_000;

/** Reports evictions by Redis, and a policy that permits them: when connected, and every 30 seconds. */
export function watchRedisMemory(connection: RedisConnection, { logger, metrics }: Observers): AsyncDisposable {
  let before: RedisMemory = { evictionPolicies: [], evictedKeys: 0 };
  const check = async () => {
    // Without a connection or the right to INFO nothing is known; the connection and `doctor` report that.
    const now = await readRedisMemory(connection).catch(() => before);
    metrics.redisMemory(now);
    if (String(now.evictionPolicies) !== String(before.evictionPolicies)) reportPolicies(now, logger);
    if (now.evictedKeys > before.evictedKeys) reportEvictions(now.evictedKeys - before.evictedKeys, logger);
    before = now;
  };
  const timer = setInterval(() => void check(), intervalMs).unref();
  const readiness = connection.onReady(() => void check());
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      readiness[Symbol.dispose]();
    },
  };
}

function reportPolicies({ evictionPolicies }: RedisMemory, logger: Logger): void {
  if (evictionPolicies.length === 0) return;
  logger.warn('Redis may evict keys when its memory is full; set maxmemory-policy noeviction', {
    policies: evictionPolicies.join(', '),
  });
}

function reportEvictions(keys: number, logger: Logger): void {
  logger.warn('Redis has evicted keys: look-ups are slower, and changes may pause; give Redis more memory', { keys });
}
