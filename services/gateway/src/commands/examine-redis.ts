import {
  createRedisConnection,
  createRedisLocks,
  LeaseError,
  type RedisConnection,
  type RedisConnectionOptions,
  readRedisMemory,
} from '@scim-gateway/cache';
import { longestCallOf } from '../composition/redis.ts';
import { openRedisAccess } from '../composition/redis-access.ts';
import type { Config } from '../config/config.ts';
import type { Finding } from './finding.ts';

const patienceMs = 3_000;

/** Whether the configured Redis answers, grants leases, and permits the commands that the gateway needs. */
export async function* examineRedis(config: Config): AsyncIterable<Finding> {
  const options = openRedisAccess(config.redis)?.options;
  if (options === undefined) {
    yield {
      verdict: 'note',
      text: 'No Redis is configured: the gateway shares nothing with other replicas, so only one may run.',
    };
    return;
  }
  await using connection = await connect(options);
  if (!connection.isReady()) {
    yield {
      verdict: 'problem',
      text: `Redis does not answer within ${patienceMs / 1000} seconds; check the REDIS_ variables, its certificate and the network.`,
    };
    return;
  }
  yield { verdict: 'ok', text: 'Redis answers.' };
  yield await tryLease(connection, longestCallOf(config));
  yield* examineInfo(connection);
}

async function connect(
  options: Omit<RedisConnectionOptions, 'commandTimeoutMs' | 'observer'>,
): Promise<RedisConnection> {
  let timer: NodeJS.Timeout | undefined;
  const connection = createRedisConnection({ ...options, commandTimeoutMs: patienceMs });
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
    connection.onReady(resolve);
  });
  clearTimeout(timer);
  return connection;
}

async function tryLease(connection: RedisConnection, longestCallMs: number): Promise<Finding> {
  await using locks = createRedisLocks({ connection, longestCallMs });
  try {
    (await locks.acquire(['doctor'], AbortSignal.timeout(patienceMs)))[Symbol.dispose]();
    return { verdict: 'ok', text: 'Redis grants leases; several replicas may run.' };
  } catch (error) {
    // The finding reports the failure; the examination goes on.
    if (error instanceof LeaseError && error.trouble === 'settling')
      return { verdict: 'note', text: 'Redis was restarted or replaced a moment ago: writes wait for some seconds.' };
    const reason = error instanceof LeaseError ? error.message : String(error);
    return { verdict: 'problem', text: `Redis grants no leases, so that every write fails: ${reason}` };
  }
}

async function* examineInfo(connection: RedisConnection): AsyncIterable<Finding> {
  try {
    const { evictionPolicies, evictedKeys } = await readRedisMemory(connection);
    if (evictedKeys > 0) {
      yield {
        verdict: 'problem',
        text: `Redis has evicted ${evictedKeys} keys, so that look-ups are slow and changes may pause; give it more memory.`,
      };
    }
    if (evictionPolicies.length > 0) {
      yield {
        verdict: 'note',
        text: `Redis may evict keys when its memory is full (${evictionPolicies.join(', ')}); set maxmemory-policy noeviction.`,
      };
    }
  } catch {
    // INFO names the server's run and the history of its data, by which the gateway notices a fail-over.
    yield {
      verdict: 'problem',
      text: 'The Redis user may not use INFO, so that the gateway cannot notice a fail-over; grant it with ACL SETUSER … +info.',
    };
  }
}
