import {
  createRedisConnection,
  createRedisLocks,
  LeaseError,
  type RedisConnection,
  type RedisConnectionOptions,
} from '@scim-gateway/cache';
import { longestCallOf } from '../composition/redis.ts';
import { openRedisAccess } from '../composition/redis-access.ts';
import type { Config } from '../config/config.ts';
import type { Finding } from './finding.ts';

const patienceMs = 3_000;

/** Whether the Redis that replicas are to share can be reached, and gives what they need. */
export async function* examineRedis(config: Config): AsyncIterable<Finding> {
  const options = openRedisAccess(config.redis)?.options;
  if (options === undefined) {
    yield {
      verdict: 'note',
      text: 'REDIS_URL is not set, nor sentinels or a cluster: what replicas would share is in memory, which is right for one replica only.',
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
  yield* tellOfInfo(connection);
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
  await using queue = createRedisLocks({ connection, longestCallMs });
  try {
    (await queue.acquire(['doctor'], AbortSignal.timeout(patienceMs)))[Symbol.dispose]();
    return { verdict: 'ok', text: 'Redis gives leases, so that several replicas may run.' };
  } catch (error) {
    if (error instanceof LeaseError && error.trouble === 'settling')
      return { verdict: 'note', text: 'Redis was restarted or replaced a moment ago: changes wait for some seconds.' };
    const reason = error instanceof LeaseError ? error.message : String(error);
    return { verdict: 'problem', text: `Redis gives no leases, so that nothing can be changed: ${reason}` };
  }
}

async function* tellOfInfo({ redis }: RedisConnection): AsyncIterable<Finding> {
  try {
    await redis.info('server');
  } catch {
    yield {
      verdict: 'problem',
      text: "Redis' user may not use INFO, so that a fail-over would not be noticed; grant it (ACL SETUSER … +info).",
    };
  }
}
