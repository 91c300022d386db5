import { createHash } from 'node:crypto';
import type { RedisConnection, RedisRole } from './redis-connection.ts';

/** A Lua script, which Redis knows by its digest. */
export interface RedisScript {
  readonly text: string;
  readonly digest: string;
}

export function defineScript(text: string): RedisScript {
  return { text, digest: createHash('sha1').update(text).digest('hex') };
}

/** Runs scripts on one key; the caller names the type of a script's answer. */
export type RunScript = <Answer>(script: RedisScript, args: readonly (string | number)[]) => Promise<Answer>;

/** Runs scripts on one key. Sends the text of a script only when the server does not know it yet. */
export function createScriptRunner(
  connection: RedisConnection,
  { role, key }: { readonly role: RedisRole; readonly key: string },
): RunScript {
  return <Answer>(script: RedisScript, args: readonly (string | number)[]) =>
    // ioredis leaves the type of a script's answer open.
    connection.run(role, () => evaluate(connection, script, [key, ...args])) as Promise<Answer>;
}

async function evaluate(
  { redis }: RedisConnection,
  { digest, text }: RedisScript,
  keyAndArgs: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(digest, 1, ...keyAndArgs);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(text, 1, ...keyAndArgs);
  }
}
