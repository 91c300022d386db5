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

/**
 * Lua: names the history of the server's data. A restart, also from a file, and the promotion of a replica begin a new
 * history. Data of another one may be older than what this gateway has read or written. A replica names no history,
 * because it may lag.
 */
export const historyFunction = `
local function history()
  local info = redis.pcall('INFO', 'replication')
  -- A user without the right to INFO cannot notice a fail-over.
  if type(info) ~= 'string' then return 'unknown' end
  if string.find(info, 'role:slave', 1, true) then return nil end
  return string.match(info, 'master_replid:(%x+)') or 'unknown'
end
`;

/** Runs scripts on keys of one slot; the caller names the type of a script's answer. */
export type RunScript = <Answer>(
  script: RedisScript,
  keys: readonly string[],
  args?: readonly (string | number)[],
) => Promise<Answer>;

/** Runs scripts. Sends the text of a script only when the server does not know it yet. */
export function createScriptRunner(connection: RedisConnection, role: RedisRole): RunScript {
  return <Answer>(script: RedisScript, keys: readonly string[], args: readonly (string | number)[] = []) =>
    // ioredis leaves the type of a script's answer open.
    connection.run(role, () => evaluate(connection, script, [keys.length, ...keys, ...args])) as Promise<Answer>;
}

async function evaluate(
  { redis }: RedisConnection,
  { digest, text }: RedisScript,
  [count, ...keysAndArgs]: readonly [number, ...(string | number)[]],
): Promise<unknown> {
  try {
    return await redis.evalsha(digest, count, ...keysAndArgs);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(text, count, ...keysAndArgs);
  }
}
