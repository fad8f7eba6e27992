import { LuaScript } from './lua-script.js';

/*
 * KEYS[1]: the sorted set of schedules by when somebody must look at them. The hash of each stands beside it.
 */

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** ARGV: id, the revision it is a change of, the record, when it is due next, its queue. */
const WRITE = `
local key = KEYS[1] .. ':' .. ARGV[1]
if tonumber(redis.call('HGET', key, 'revision') or '0') ~= tonumber(ARGV[2]) then return 0 end
redis.call('HSET', key, 'revision', ARGV[2] + 1, 'record', ARGV[3], 'queue', ARGV[5])
redis.call('ZADD', KEYS[1], ARGV[4], ARGV[1])
return 1
`;

export const CHANGE = new LuaScript(WRITE);

/** The same as part of a transaction that stores a call. KEYS[2]: the call; KEYS[3]: what keeps it away, or empty. */
export const ADVANCE = `
local there = redis.call('EXISTS', KEYS[2]) == 1 or (KEYS[3] ~= '' and redis.call('EXISTS', KEYS[3]) == 1)
if not there then return redis.error_reply('The call of the schedule ' .. ARGV[1] .. ' was not stored') end
${WRITE}`;

/** Now, then id, revision and record of each. */
export const ALL = new LuaScript(`${NOW}
local answer = { tostring(now) }
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local found = redis.call('HMGET', KEYS[1] .. ':' .. id, 'revision', 'record')
  if found[1] then
    answer[#answer + 1] = id
    answer[#answer + 1] = found[1]
    answer[#answer + 1] = found[2]
  end
end
return answer
`);

/** ARGV: id. Now, then id, revision and record, if it is there. */
export const GET = new LuaScript(`${NOW}
local found = redis.call('HMGET', KEYS[1] .. ':' .. ARGV[1], 'revision', 'record')
if not found[1] then return { tostring(now) } end
return { tostring(now), ARGV[1], found[1], found[2] }
`);

/**
 * ARGV: for how long, how many, queues. Now, milliseconds until the next of these queues (empty: none), then those that
 * were due.
 */
export const TAKE = new LuaScript(`${NOW}
local own = {}
for place = 3, #ARGV do own[ARGV[place]] = true end
local answer = { tostring(now), '' }
local taken = {}
local place = 0
repeat
  local page = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', '(+inf', 'WITHSCORES', 'LIMIT', place, 100)
  place = place + #page / 2
  for i = 1, #page, 2 do
    local id, due = page[i], tonumber(page[i + 1])
    local found = redis.call('HMGET', KEYS[1] .. ':' .. id, 'revision', 'record', 'queue')
    if own[found[3]] then
      if due > now or #taken == tonumber(ARGV[2]) then
        answer[2] = tostring(math.max(0, due - now))
        break
      end
      taken[#taken + 1] = id
      answer[#answer + 1] = id
      answer[#answer + 1] = found[1]
      answer[#answer + 1] = found[2]
    end
  end
until answer[2] ~= '' or #page == 0
for _, id in ipairs(taken) do redis.call('ZADD', KEYS[1], now + ARGV[1], id) end
return answer
`);

/** ARGV: id, revision. */
export const REMOVE = new LuaScript(`
local key = KEYS[1] .. ':' .. ARGV[1]
if tonumber(redis.call('HGET', key, 'revision') or '0') ~= tonumber(ARGV[2]) or ARGV[2] == '0' then return 0 end
redis.call('DEL', key)
redis.call('ZREM', KEYS[1], ARGV[1])
return 1
`);
