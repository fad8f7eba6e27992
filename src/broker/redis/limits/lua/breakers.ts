/** Breakers. */
export const BREAKERS = `
local function breaker(gate)
  local state = redis.call('HMGET', place('breaker', gate.id), 'until', 'probe', 'probeUntil')
  return tonumber(state[1]), state[2], tonumber(state[3]) or 0
end

function kinds.breaker.check(gate, member)
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
