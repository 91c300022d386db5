import { createRedisConnection } from '@scim-gateway/cache';
import type { Config } from '../config/config.ts';
import { toConnectionOptions } from '../config/redis-connection-options.ts';
import type { Finding } from './finding.ts';

const patienceMs = 3_000;

/** Whether the Redis that replicas are to share can be reached. */
export async function* examineRedis({ redis }: Config): AsyncIterable<Finding> {
  const options = toConnectionOptions(redis);
  if (options === undefined) {
    yield {
      verdict: 'note',
      text: 'REDIS_URL is not set, nor sentinels or a cluster: what replicas would share is in memory, which is right for one replica only.',
    };
    return;
  }
  yield (await isReachable(options))
    ? { verdict: 'ok', text: 'Redis answers.' }
    : {
        verdict: 'problem',
        text: `Redis does not answer within ${patienceMs / 1000} seconds; check the REDIS_ variables, its certificate and the network.`,
      };
}

async function isReachable(options: NonNullable<ReturnType<typeof toConnectionOptions>>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  let tell: (isReachable: boolean) => void = () => undefined;
  const outcome = new Promise<boolean>((resolve) => {
    tell = resolve;
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  const connection = createRedisConnection({
    ...options,
    commandTimeoutMs: patienceMs,
    observer: { onAvailability: (isAvailable) => isAvailable && tell(true) },
  });
  try {
    return await outcome;
  } finally {
    clearTimeout(timer);
    await connection[Symbol.asyncDispose]();
  }
}
