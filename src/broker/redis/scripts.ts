import { PUT_AT_HEAD } from './put-at-head.js';

/*
 * Scripts beyond BullMQ's own. KEYS[1] is what all keys of the queue begin with.
 */

/** Takes a job from its worker. */
const TO_HEAD = `${PUT_AT_HEAD}
  local function toHead(queue, id, counted, event)
    local job = queue .. ':' .. id
    redis.call('DEL', job .. ':lock')
    redis.call('SREM', queue .. ':stalled', id)
    if redis.call('LREM', queue .. ':active', 1, id) == 0 then return false end
    if counted > 0 then redis.call('HINCRBY', job, 'stc', counted) end
    putAtHead(queue, id, event, 'active')
    return true
  end`;

/** ARGV: id, lock token, losses to add. 1: done; 0: its lock is another's. */
export const GIVE_BACK = `${TO_HEAD}
  if redis.call('GET', KEYS[1] .. ':' .. ARGV[1] .. ':lock') ~= ARGV[2] then return 0 end
  return toHead(KEYS[1], ARGV[1], tonumber(ARGV[3]), 'waiting') and 1 or 0`;

/** ARGV: id of the worker, which begins its lock tokens. The list holds the newest first; the oldest goes to the very head. */
export const RECLAIM = `${TO_HEAD}
  local reclaimed = {}
  local owner = ARGV[1] .. ':'
  for _, id in ipairs(redis.call('LRANGE', KEYS[1] .. ':active', 0, -1)) do
    local token = redis.call('GET', KEYS[1] .. ':' .. id .. ':lock')
    if token and string.sub(token, 1, #owner) == owner and toHead(KEYS[1], id, 1, 'stalled') then
      table.insert(reclaimed, id)
    end
  end
  return reclaimed`;

/** ARGV: key of a call that keeps others away, id of the call. BullMQ keeps such keys. */
export const RELEASE_KEY = `
  local key = KEYS[1] .. ':de:' .. ARGV[1]
  return redis.call('GET', key) == ARGV[2] and redis.call('DEL', key) or 0`;

/** ARGV: id, reason as it is stored, terminate (1 or 0). */
export const REVOKE = `
  local job = KEYS[1] .. ':' .. ARGV[1]
  if redis.call('EXISTS', job) == 0 then return 'unknown' end
  if redis.call('ZSCORE', KEYS[1] .. ':completed', ARGV[1]) or redis.call('ZSCORE', KEYS[1] .. ':failed', ARGV[1]) then
    return 'ended'
  end
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('HSET', job, 'failedReason', ARGV[2])
  redis.call('ZADD', KEYS[1] .. ':celeriac:revoked', now, ARGV[1])
  if ARGV[3] == '1' then redis.call('ZADD', KEYS[1] .. ':celeriac:terminated', now, ARGV[1]) end
  return redis.call('LPOS', KEYS[1] .. ':active', ARGV[1]) and 'running' or 'pending'`;
