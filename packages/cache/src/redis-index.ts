import { inBatches } from './in-batches.ts';
import type { RedisConnection } from './redis-connection.ts';
import { createScriptRunner, defineScript, historyFunction } from './redis-script.ts';
import { type IndexBackend, type IndexEntry, type IndexReading, IndexUnreachable } from './shared-index.ts';

/** A scan without a sign of life for this long counts as dead. */
const silenceMs = 15_000;

/** Entries per command: a script blocks Redis while it runs. */
const batchSize = 500;

/** Longer than any index is used: what a dead gateway or an eviction left behind expires. */
const leftoverMs = 24 * 60 * 60_000;

/*
 * The key of the index names its generations: `current`, which answers, and `building`, which a scan fills. Each
 * generation is one hash, so that Redis keeps or loses it as a whole. Its own fields make a loss visible:
 *
 *   @history  the history of the data that it was begun in
 *   @began    when its scan began
 *   @heard    when its scan filed something last
 *
 * A generation without these fields, or of another history, is not believed and never written to again. Other fields
 * are "s<stamp> <value>" with the newest value, or "u<value> <value>…" with all values.
 */
const common = `${historyFunction}
local index = KEYS[1]
local current, building = unpack(redis.call('HMGET', index, 'current', 'building'))
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + time[2] / 1000
end
local function hash(generation) return index .. ':' .. generation end
local function is_whole(generation)
  local home = generation and redis.call('HGET', hash(generation), '@history')
  return home and home == history()
end
local function since(generation, field) return now() - tonumber(redis.call('HGET', hash(generation), field)) end
local function file(generation, first)
  local key = hash(generation)
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
local function drop(generation)
  if generation then redis.call('UNLINK', hash(generation)) end
end
local function claims() return building == ARGV[1] and is_whole(building) end
`;

const scripts = {
  find: defineScript(`${common}
if not is_whole(current) then return nil end
return {string.format('%.3f', since(current, '@began')), redis.call('HMGET', hash(current), unpack(ARGV))}`),
  file: defineScript(`${common}
for _, generation in pairs({current, building}) do
  if is_whole(generation) then file(generation, 1) end
end`),
  expire: defineScript(`${common}
drop(current)
drop(building)
redis.call('DEL', index)`),
  begin: defineScript(`${common}
if is_whole(current) and since(current, '@began') <= tonumber(ARGV[2]) then return 0 end
if is_whole(building) and since(building, '@heard') < ${silenceMs} then return 0 end
drop(building)
local home = history()
if not home then return 0 end
local begins = string.format('%.3f', now())
redis.call('HSET', index, 'building', ARGV[1])
redis.call('HSET', hash(ARGV[1]), '@history', home, '@began', begins, '@heard', begins)
for _, key in pairs({index, hash(ARGV[1])}) do redis.call('PEXPIRE', key, ${leftoverMs}) end
return 1`),
  feed: defineScript(`${common}
if not claims() then return 0 end
redis.call('HSET', hash(building), '@heard', string.format('%.3f', now()))
file(building, 2)
return 1`),
  finish: defineScript(`${common}
if not claims() then return 0 end
drop(current)
redis.call('HSET', index, 'current', building)
redis.call('HDEL', index, 'building')
return 1`),
  abandon: defineScript(`${common}
if building ~= ARGV[1] then return 0 end
drop(building)
redis.call('HDEL', index, 'building')
return 1`),
} as const;

/**
 * An index in Redis, shared by replicas. Its keys have one hash tag, so that a cluster keeps them in one slot.
 *
 * Its methods throw `IndexUnreachable` when Redis does not answer.
 */
export function createRedisIndexBackend(connection: RedisConnection, name: string): IndexBackend {
  const key = connection.key(`{index:${name}}`);
  const runScript = createScriptRunner(connection, 'index');
  const run = async <Answer>(script: keyof typeof scripts, args: readonly (string | number)[] = []) => {
    try {
      return await runScript<Answer>(scripts[script], [key], args);
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
