/** Breakers. */
export const BREAKERS = `
local function breaker(gate)
  local state = redis.call('HMGET', place('breaker', gate.id), 'until', 'probe', 'probeUntil')
  return tonumber(state[1]), state[2], tonumber(state[3]) or 0
end

function kinds.breaker.check(gate, member)
  gate.probing = false
  local opensAt, probe, probeUntil = breaker(gate)
  if not opensAt then return 0, 0 end
  if now < opensAt then return opensAt - now end
  gate.probing = true
  if probe and probe ~= member and now < probeUntil then return probeUntil - now end
  return 0, 0
end

function kinds.breaker.take(gate, member, lease)
  if not gate.probing then return end
  redis.call('HSET', place('breaker', gate.id), 'probe', member, 'probeUntil', text(now + lease))
end

-- Whoever failed before it was known that there is an outage has spent a retry on it.
local function noteSpent(gate, failures, last)
  local spent = place('spent', gate.id)
  for _, failure in ipairs(redis.call('ZRANGE', failures, 0, -1)) do
    local id, member = string.match(failure, '^(%S+) (.*)$')
    if id ~= last and not isVisitor(member) then redis.call('HINCRBY', spent, member, 1) end
  end
  expire(spent, SPENT_KEPT)
end

local function refund(gate, member)
  local spent = tonumber(redis.call('HGET', place('spent', gate.id), member)) or 0
  if spent == 0 then return 0 end
  redis.call('HDEL', place('spent', gate.id), member)
  local job = queueOf(member) .. ':' .. member
  local retries = tonumber(redis.call('HGET', job, 'atm')) or 0
  if retries > 0 then redis.call('HINCRBY', job, 'atm', -math.min(spent, retries)) end
  return spent
end

function kinds.breaker.room(gate)
  local opensAt, probe, probeUntil = breaker(gate)
  if not opensAt then return CALLED_AT_ONCE - onTheirWay(gate) end
  if now < opensAt or (probe and now < probeUntil) then return 0 end
  return 1 - onTheirWay(gate)
end

function kinds.breaker.look(gate)
  local opensAt, probe, probeUntil = breaker(gate)
  if not opensAt then return now + CATCH_UP end
  if now < opensAt then return opensAt end
  return probe and now < probeUntil and probeUntil or now + ON_ITS_WAY
end

function kinds.breaker.turn(gate)
  local opensAt = breaker(gate)
  return math.max(1, (opensAt or now) - now)
end
`;
