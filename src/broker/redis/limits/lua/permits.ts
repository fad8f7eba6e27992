/** Permits. */
export const PERMITS = `
local function hold(id, member, lease, fence)
  local held, fences = place('held', id), place('fences', id)
  redis.call('ZADD', held, text(now + lease), member)
  redis.call('HSET', fences, member, fence)
  local last = redis.call('ZREVRANGE', held, 0, 0, 'WITHSCORES')
  expire(held, tonumber(last[2]) - now + 1)
  expire(fences, tonumber(last[2]) - now + 1)
end

-- Whether a member still holds what it was given with this fence; it may have it since by another one.
local function holds(id, member, fence)
  local lapses = tonumber(redis.call('ZSCORE', place('held', id), member))
  return lapses and lapses > now and tonumber(redis.call('HGET', place('fences', id), member)) == fence
end

local function drop(id, member)
  redis.call('ZREM', place('held', id), member)
  redis.call('HDEL', place('fences', id), member)
end

function kinds.permits.check(gate, member)
  local held = place('held', gate.id)
  for _, lapsed in ipairs(redis.call('ZRANGEBYSCORE', held, '-inf', text(now))) do drop(gate.id, lapsed) end
  gate.own = redis.call('ZSCORE', held, member)
  if gate.own or redis.call('ZCARD', held) < gate.limit then return 0, 0 end
  return 1
end

function kinds.permits.take(gate, member, lease, fence)
  hold(gate.id, member, lease, fence)
end

function kinds.permits.room(gate)
  local held = place('held', gate.id)
  return gate.limit - redis.call('ZCOUNT', held, '(' .. text(now), '+inf') - onTheirWay(gate)
end

function kinds.permits.look(gate)
  local first = redis.call('ZRANGEBYSCORE', place('held', gate.id), '(' .. text(now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
  local lapses = tonumber(first[2]) or now + ON_ITS_WAY
  return onTheirWay(gate) > 0 and math.min(lapses, now + ON_ITS_WAY) or lapses
end

function kinds.permits.turn() return 1 end
`;
