import { createHash } from 'node:crypto';
import type { RedisConnection, RedisRole } from './redis-connection.ts';

/** A Lua script, known to Redis by its digest. */
export interface RedisScript {
  readonly text: string;
  readonly digest: string;
}

export function defineScript(text: string): RedisScript {
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}

/**
 * Runs a script on one key; its text is sent only when the server does not know it yet.
 *
 * @throws what Redis or the connection says.
 */
export function runScript(
  connection: RedisConnection,
  role: RedisRole,
  script: RedisScript,
  key: string,
  args: readonly (string | number)[],
): Promise<unknown> {
  return connection.run(role, () => evaluate(connection, script, key, args));
}

async function evaluate(
  { redis }: RedisConnection,
  script: RedisScript,
  key: string,
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(script.digest, 1, key, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(script.text, 1, key, ...args);
  }
}
