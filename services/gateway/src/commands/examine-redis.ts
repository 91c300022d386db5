import { createRedisConnection } from '@scim-gateway/cache';
import type { Config } from '../config/config.ts';
import { createSecret } from '../config/secret.ts';
import type { Finding } from './finding.ts';

const patienceMs = 3_000;

/** Whether the Redis that replicas are to share can be reached. */
export async function* examineRedis({ redis }: Config): AsyncIterable<Finding> {
  if (redis.url === undefined) {
    yield {
      verdict: 'note',
      text: 'REDIS_URL is not set: the cache is in memory, which is right for one replica only.',
    };
    return;
  }
  const url = createSecret(redis.url, { clock: Date.now })();
  yield (await isReachable(url))
    ? { verdict: 'ok', text: 'Redis answers.' }
    : {
        verdict: 'problem',
        text: `Redis does not answer within ${patienceMs / 1000} seconds; check REDIS_URL and the network.`,
      };
}

async function isReachable(url: string): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  let tell: (isReachable: boolean) => void = () => undefined;
  const outcome = new Promise<boolean>((resolve) => {
    tell = resolve;
    timer = setTimeout(() => resolve(false), patienceMs);
  });
  const connection = createRedisConnection({
    shape: { kind: 'standalone', url },
    keyPrefix: 'scim-gateway',
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
