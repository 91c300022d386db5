import { inBatches } from './in-batches.ts';
import type { RedisConnection } from './redis-connection.ts';
import { createScriptRunner, defineScript } from './redis-script.ts';
import { type IndexBackend, type IndexEntry, type IndexReading, IndexUnreachable } from './shared-index.ts';

/** A scan without a sign of life for this long counts as dead. */
const silenceMs = 15_000;

/** Entries per command: a script blocks Redis while it runs. */
const batchSize = 500;

/** Longer than any index is used: what a dead gateway left behind expires. */
const leftoverMs = 24 * 60 * 60_000;

const common = `
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end
-- A field is "s<stamp> <value>" with the newest value, or "u<value> <value>…" with all values.
local function file(key, first)
  for at = first, #ARGV, 3 do
    local field, stamp, value = ARGV[at], ARGV[at + 1], ARGV[at + 2]
    local before = redis.call('HGET', key, field)
    if stamp ~= '' then
      local known = before and tonumber(string.match(before, '^s(%S+)'))
      if not known or known <= tonumber(stamp) then redis.call('HSET', key, field, 's' .. stamp .. ' ' .. value) end
    elseif not before or string.sub(before, 1, 1) == 's' then
      redis.call('HSET', key, field, 'u' .. value)
    elseif not string.find(' ' .. string.sub(before, 2) .. ' ', ' ' .. value .. ' ', 1, true) then
      redis.call('HSET', key, field, before .. ' ' .. value)
    end
  end
  redis.call('PEXPIRE', key, ${leftoverMs})
end
local meta = KEYS[1]
local current, building = unpack(redis.call('HMGET', meta, 'current', 'building'))
`;

const scripts = {
  find: defineScript(`${common}
if not current then return nil end
local age = now() - tonumber(redis.call('HGET', meta, 'beganAt'))
return {string.format('%.3f', age), redis.call('HMGET', meta .. ':' .. current, unpack(ARGV))}`),
  file: defineScript(`${common}
if current then file(meta .. ':' .. current, 1) end
if building then file(meta .. ':' .. building, 1) end`),
  expire: defineScript(`${common}
if current then redis.call('UNLINK', meta .. ':' .. current) end
if building then redis.call('UNLINK', meta .. ':' .. building) end
redis.call('DEL', meta)`),
  begin: defineScript(`${common}
if current and now() - tonumber(redis.call('HGET', meta, 'beganAt')) <= tonumber(ARGV[2]) then return 0 end
if building then
  if now() - tonumber(redis.call('HGET', meta, 'heardAt')) < ${silenceMs} then return 0 end
  redis.call('UNLINK', meta .. ':' .. building)
end
local begins = string.format('%.3f', now())
redis.call('HSET', meta, 'building', ARGV[1], 'heardAt', begins, 'buildBeganAt', begins)
redis.call('PEXPIRE', meta, ${leftoverMs})
return 1`),
  feed: defineScript(`${common}
if building ~= ARGV[1] then return 0 end
redis.call('HSET', meta, 'heardAt', string.format('%.3f', now()))
file(meta .. ':' .. building, 2)
return 1`),
  finish: defineScript(`${common}
if building ~= ARGV[1] then return 0 end
if current then redis.call('UNLINK', meta .. ':' .. current) end
redis.call('HSET', meta, 'current', building, 'beganAt', redis.call('HGET', meta, 'buildBeganAt'))
redis.call('HDEL', meta, 'building')
return 1`),
  abandon: defineScript(`${common}
if building ~= ARGV[1] then return 0 end
redis.call('UNLINK', meta .. ':' .. building)
redis.call('HDEL', meta, 'building')
return 1`),
} as const;

/**
 * An index in Redis, shared by replicas. Its keys have one hash tag, so that a cluster keeps them in one slot.
 *
 * Its methods throw `IndexUnreachable` when Redis does not answer.
 */
export function createRedisIndexBackend(connection: RedisConnection, name: string): IndexBackend {
  const meta = connection.key(`{index:${name}}`);
  const runScript = createScriptRunner(connection, { role: 'index', key: meta });
  const run = async <Answer>(script: keyof typeof scripts, args: readonly (string | number)[] = []) => {
    try {
      return await runScript<Answer>(scripts[script], args);
    } catch (cause) {
      throw new IndexUnreachable('Redis does not answer for the index', { cause });
    }
  };
  const findBatch = async (keys: readonly string[]): Promise<IndexReading | undefined> => {
    const answer = await run<readonly [string, readonly (string | null)[]] | null>('find', keys);
    return answer === null ? undefined : { ageMs: Number(answer[0]), values: answer[1].map(toValues) };
  };
  return {
    find: async (keys) => {
      const readings: IndexReading[] = [];
      for (const batch of inBatches(keys, batchSize)) {
        const reading = await findBatch(batch);
        if (reading === undefined) return undefined;
        readings.push(reading);
      }
      return {
        values: readings.flatMap(({ values }) => values),
        ageMs: Math.max(...readings.map(({ ageMs }) => ageMs)),
      };
    },
    file: async (entries) => {
      for (const batch of inBatches(entries, batchSize)) await run('file', toArguments(batch));
    },
    expire: async () => {
      await run('expire');
    },
    begin: async (generation, maxAgeMs) => (await run('begin', [generation, maxAgeMs])) === 1,
    feed: async (generation, entries) => {
      for (const batch of inBatches(entries, batchSize)) {
        if ((await run('feed', [generation, ...toArguments(batch)])) !== 1) return false;
      }
      return true;
    },
    finish: async (generation) => (await run('finish', [generation])) === 1,
    abandon: async (generation) => {
      await run('abandon', [generation]);
    },
  };
}

function toArguments(entries: readonly IndexEntry[]): readonly (string | number)[] {
  return entries.flatMap(({ key, value, stamp }) => [key, stamp ?? '', value]);
}

function toValues(field: string | null): readonly string[] {
  if (field === null) return [];
  return field.startsWith('s') ? [field.slice(field.indexOf(' ') + 1)] : field.slice(1).split(' ');
}
