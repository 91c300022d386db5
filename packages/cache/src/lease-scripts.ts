import { defineScript } from './redis-script.ts';

/*
 * All leases of one gateway are fields of one hash, the book, so that Redis keeps or loses them together.
 *
 *   @epoch    an id, replaced whenever leases may have been lost
 *   @run      the Redis process of the epoch
 *   @kind     "first" if no replica used the book shortly before the epoch, else "loss"
 *   @pause    until then no new lease is granted
 *   @granted  whether the epoch has granted a lease
 *   @seen     when a replica last used the book
 *   l:KEY     when the lease expires, and its holder's token
 *   w:KEY     how long the first claim in line keeps its place, and its token
 *
 * Times are milliseconds of Redis' own clock.
 */

const prelude = `
local book = KEYS[1]
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function read(field)
  local value = redis.call('HGET', book, field)
  if not value then return 0, nil end
  local ending, token = string.match(value, '^(%d+) (.+)$')
  return tonumber(ending), token
end

local function write(field, ending, token)
  redis.call('HSET', book, field, string.format('%d %s', ending, token))
end

local function run_id()
  local info = redis.pcall('INFO', 'server')
  return type(info) == 'string' and string.match(info, 'run_id:(%x+)') or 'unknown'
end
`;

/*
 * Detects that leases may have been lost: the book does not exist, or another process serves it (after a fail-over to a
 * replica that lagged, or a restart from an older file). Then no new lease is granted until every lost one has expired.
 * In a book without recent use, the pause is only long enough for returning replicas to assert their leases.
 */
const settle = `
local known, new_epoch, ttl, grace = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])

local function settle()
  local run = run_id()
  local found = redis.call('HMGET', book, '@epoch', '@run', '@kind', '@pause', '@granted', '@seen')
  local epoch, home, kind = found[1], found[2], found[3]
  local pause, granted, seen = tonumber(found[4] or 0), found[5] == '1', tonumber(found[6] or 0)
  if not epoch or home ~= run then
    local was_deserted = not epoch or now - seen > ttl + 5000
    kind = (known == '' and was_deserted) and 'first' or 'loss'
    pause = math.max(pause, now + (kind == 'first' and grace or ttl))
    epoch, granted = new_epoch, false
    redis.call('HSET', book, '@epoch', epoch, '@run', run, '@granted', '0')
  elseif known ~= '' and known ~= epoch and kind == 'first' then
    kind, pause = 'loss', math.max(pause, now + ttl)
  end
  redis.call('HSET', book, '@kind', kind, '@pause', string.format('%d', pause), '@seen', string.format('%d', now))
  return epoch, pause, granted
end
`;

/**
 * Takes keys in order, up to the first one that another claim has. Taken keys stay taken.
 *
 * Arguments: the known epoch, the id of a new one, lifetime of a lease, grace, token, lifetime of a place in line,
 * keys.
 * Answer: epoch, milliseconds of pause left, number of keys taken, 1 if the claim is first in line for the next key.
 */
export const acquireScript = defineScript(`${prelude}${settle}
local token, patience = ARGV[5], tonumber(ARGV[6])
local epoch, pause = settle()
if now < pause then return {epoch, pause - now, 0, 0} end
redis.call('HSET', book, '@granted', '1')
local taken = 0
for index = 7, #ARGV do
  local key = ARGV[index]
  local ending, holder = read('l:' .. key)
  local expected, waiter = read('w:' .. key)
  local is_awaited = expected > now and waiter ~= token
  if holder ~= token and (ending > now or is_awaited) then
    if not is_awaited then write('w:' .. key, now + patience, token) end
    return {epoch, 0, taken, is_awaited and 0 or 1}
  end
  write('l:' .. key, now + ttl, token)
  if waiter == token then redis.call('HDEL', book, 'w:' .. key) end
  taken = taken + 1
end
return {epoch, 0, taken, 0}
`);

/**
 * Renews leases, and deletes a few expired ones.
 *
 * A lease that the book has lost is asserted again only during the pause after the loss: no other claim can have had
 * its key in between.
 *
 * Arguments: the known epoch, the id of a new one, lifetime of a lease, grace, the cursor of the deletion; then for
 * each holder its token, 1 if its leases had not expired before, the number of its keys, its keys.
 * Answer: epoch, milliseconds of pause left, the next cursor of the deletion, the indexes of the holders that lost a
 * key.
 */
export const renewScript = defineScript(`${prelude}${settle}
local epoch, pause, granted = settle()
local may_reassert = now < pause and not granted
local lost, holder_index, index = {}, 0, 6
while index <= #ARGV do
  local token, is_alive, count = ARGV[index], ARGV[index + 1] == '1', tonumber(ARGV[index + 2])
  local is_whole = true
  for position = index + 3, index + 2 + count do
    local field = 'l:' .. ARGV[position]
    local _, holder = read(field)
    if holder == token or (holder == nil and is_alive and may_reassert) then
      write(field, now + ttl, token)
    else
      is_whole = false
    end
  end
  if not is_whole then lost[#lost + 1] = holder_index end
  holder_index, index = holder_index + 1, index + 3 + count
end
local page = redis.call('HSCAN', book, ARGV[5], 'COUNT', 50)
for entry = 1, #page[2], 2 do
  local field = page[2][entry]
  if string.sub(field, 1, 1) ~= '@' and read(field) < now - ttl then redis.call('HDEL', book, field) end
end
return {epoch, math.max(0, pause - now), page[1], lost}
`);

/** Releases the leases and the places in line of a token. Arguments: token, keys. */
export const releaseScript = defineScript(`${prelude}
local token = ARGV[1]
for index = 2, #ARGV do
  for _, kind in ipairs({'l:', 'w:'}) do
    local field = kind .. ARGV[index]
    local _, owner = read(field)
    if owner == token then redis.call('HDEL', book, field) end
  end
end
return 1
`);
