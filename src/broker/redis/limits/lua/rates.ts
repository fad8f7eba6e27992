/** Rates. */
export const RATES = `
-- check: how long the gate refuses for; when it does not, how long to wait for the slot
-- take: lets one pass
-- room: how many of those who wait may be called in
-- look: when that may be more

-- A script that lets many pass writes it once, at its end.
local tats, unwritten, writesLater = {}, {}, false

local function writeTat(id)
  redis.call('SET', place('tat', id), text(tats[id]), 'PX', math.ceil(tats[id] - now + CATCH_UP))
end

local function setTat(gate, tat)
  tats[gate.id] = tat
  if writesLater then unwritten[gate.id] = true else writeTat(gate.id) end
end

-- No more than the limit can have brought about: after a change of it, or of the clock, nothing waits for the old one.
local function tatOf(gate)
  if not tats[gate.id] then tats[gate.id] = tonumber(redis.call('GET', place('tat', gate.id))) or 0 end
  local most = now + HORIZON + gate.burst * gate.step
  if tats[gate.id] > most then setTat(gate, most) end
  return tats[gate.id]
end

function kinds.rate.check(gate)
  gate.from = math.max(tatOf(gate), now - CATCH_UP)
  local wait = gate.from - gate.tolerance - now
  if wait <= math.min(HORIZON, gate.step) then return 0, math.max(wait, 0) end
  return wait
end

function kinds.rate.take(gate)
  setTat(gate, gate.from + gate.step)
end

local function mostOnTheirWay(gate) return gate.burst + math.ceil(2 * CATCH_UP / gate.step) end

local function pace(gate)
  local paced = tonumber(redis.call('HGET', place('gate', gate.id), 'paced')) or 0
  if paced > now + HORIZON + (gate.burst + 2 * mostOnTheirWay(gate)) * gate.step then paced = 0 end
  return math.max(tatOf(gate), paced, now - CATCH_UP)
end

-- How much before their slots callers are called in: about as long as they have taken to come of late.
local function lead(gate)
  local lag = tonumber(redis.call('HGET', place('gate', gate.id), 'lag')) or 0
  return math.max(0, math.min(lag - LATE, MOST_LEAD))
end

local function arrived(gate, member)
  local called = tonumber(redis.call('ZSCORE', place('called', gate.id), member))
  local lag = called and redis.call('HMGET', place('gate', gate.id), 'spec', 'lag')
  if not lag or not lag[1] then return end
  local known = tonumber(lag[2]) or 0
  local took = math.min(now - called, 2 * (LATE + MOST_LEAD))
  redis.call('HSET', place('gate', gate.id), 'lag', text(known + (took - known) / 5))
end

function kinds.rate.room(gate)
  local due = math.floor((now + lead(gate) + gate.tolerance - pace(gate)) / gate.step + 1e-6) + 1
  return math.max(0, math.min(due, mostOnTheirWay(gate) - onTheirWay(gate)))
end

function kinds.rate.called(gate, count)
  redis.call('HSET', place('gate', gate.id), 'paced', text(pace(gate) + count * gate.step))
end

function kinds.rate.look(gate)
  local crowd = onTheirWay(gate) >= mostOnTheirWay(gate)
  return math.max(pace(gate) - gate.tolerance - lead(gate), crowd and now + CATCH_UP or 0)
end

function kinds.rate.turn(gate, ahead) return pace(gate) - gate.tolerance + ahead * gate.step - now end
`;
