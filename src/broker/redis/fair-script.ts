import { LEVEL_SPAN } from '../bullmq/turns.js';
import { CREDIT, LAST_ROUND, PASSES_PER_ROUND, SETTLED_AFTER } from '../bullmq/fair-rounds.js';

/** Nobody has been numbered for so long, in ms: numbering begins anew. */
const FORGOTTEN_AFTER = 86_400_000;

/**
 * KEYS[1] is what all keys of the queue begin with. ARGV: level, tenants. Gives their numbers.
 *
 * `round`: the number of the call that is next in line, or has been; `settled`: the last number that was given a while ago.
 */
export const FAIR_NUMBERS = `
  local state = KEYS[1] .. ':celeriac:fair:' .. ARGV[1]
  local tenants = state .. ':tenants'
  local base = tonumber(ARGV[1]) * ${LEVEL_SPAN}
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local kept = redis.call('HMGET', state, 'round', 'settled', 'since')
  local round = tonumber(kept[1]) or ${CREDIT}
  local settled = tonumber(kept[2]) or 0
  local since = tonumber(kept[3]) or now

  local score = function(priority) return string.format('%.0f', priority * 0x100000000) end
  local line = redis.call(
    'ZRANGEBYSCORE', KEYS[1] .. ':prioritized', score(base + 1), '(' .. score(base + ${LEVEL_SPAN}),
    'WITHSCORES', 'LIMIT', 0, 1
  )
  if now - since >= ${SETTLED_AFTER} then
    settled = tonumber(redis.call('ZREVRANGE', tenants, 0, 0, 'WITHSCORES')[2]) or settled
    since = now
  end
  local waiting = line[2] ~= nil
  if waiting then
    round = math.max(round, math.floor(tonumber(line[2]) / 0x100000000) - base)
  else
    round = math.max(round, settled)
    if round > ${LAST_ROUND} then
      redis.call('DEL', tenants)
      round, settled = ${CREDIT}, 0
    end
  end

  local numbers = {}
  for index = 2, #ARGV do
    local from = waiting and round - ${CREDIT} or round
    local last = tonumber(redis.call('ZSCORE', tenants, ARGV[index])) or 0
    local number = math.floor(math.max(last, from)) + 1
    if waiting and number <= round then round = round + 1 / ${PASSES_PER_ROUND} end
    redis.call('ZADD', tenants, number, ARGV[index])
    numbers[index - 1] = number
  end

  redis.call('ZREMRANGEBYSCORE', tenants, '-inf', string.format('%.0f', math.floor(round) - ${CREDIT}))
  redis.call('HSET', state, 'round', string.format('%.17g', round), 'settled', settled, 'since', since)
  redis.call('PEXPIRE', state, ${FORGOTTEN_AFTER})
  redis.call('PEXPIRE', tenants, ${FORGOTTEN_AFTER})
  return numbers`;
