/** Permits. */
export const PERMITS = `
local function hold(id, member, lease)
  local held = place('held', id)
  redis.call('ZADD', held, text(now + lease), member)
  local last = redis.call('ZREVRANGE', held, 0, 0, 'WITHSCORES')
  expire(held, tonumber(last[2]) - now + 1)
end

function kinds.permits.check(gate, member)
  local held = place('held', gate.id)
  redis.call('ZREMRANGEBYSCORE', held, '-inf', text(now))
  gate.own = redis.call('ZSCORE', held, member)
  if gate.own or redis.call('ZCARD', held) < gate.limit then return 0, 0 end
  return 1
end

function kinds.permits.take(gate, member, lease)
  hold(gate.id, member, lease)
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
