import { GATE_TIMES } from '../../../tasks/gates.js';

/*
 * The gates in Lua. KEYS[1] is what all keys of the namespace begin with; ARGV[1] a time that takes the place of the
 * clock's, for tests.
 *
 *   tat:<gate>      rate: when the next is due (theoretical arrival time)
 *   held:<gate>     permits: their holders by the end of their lease
 *   breaker:<gate>  until, probe, probeUntil;  failures:<gate>  by time
 *   room:<gate>     who waits, by when it was first refused
 *   called:<gate>   who was called in, by when
 *   gate:<gate>     what it is, and the pace it calls in at; while there is a room
 *   looks           gates with a room, by when to look at them
 *   changes         what limits were changed to, by name
 */
const FUNCTIONS = `
local CATCH_UP, HORIZON, ON_ITS_WAY = ${GATE_TIMES.catchUp}, ${GATE_TIMES.horizon}, ${GATE_TIMES.onItsWay}
local SLACK = ${GATE_TIMES.slack}
local CALLED_AT_ONCE, CALLED_KEPT, FAILURES_KEPT = 100, 60000, 1000

local base = KEYS[1] .. 'celeriac.limits:'
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + time[2] / 1000
end

local function place(kind, gate) return base .. kind .. ':' .. gate end
local function text(number) return string.format('%.3f', number) end
local function expire(key, ms) redis.call('PEXPIRE', key, math.ceil(ms)) end

local changes = {}
local function current(gate)
  local change = changes[gate.name]
  if change == nil then
    local stored = redis.call('HGET', base .. 'changes', gate.name)
    change = stored and cjson.decode(stored) or false
    changes[gate.name] = change
  end
  if change then
    for field, value in pairs(change) do gate[field] = value end
  end
  if gate.kind == 'rate' then
    gate.step = gate.period / gate.count
    gate.tolerance = (gate.burst - 1) * gate.step
  end
  return gate
end

local function onTheirWay(gate)
  return redis.call('ZCOUNT', place('called', gate.id), '(' .. text(now - ON_ITS_WAY), '+inf')
end

local function queueOf(id) return KEYS[1] .. string.match(id, '^([^.]*)') end

local kinds = { rate = {}, permits = {}, breaker = {} }

-- check: how long the gate refuses for; when it does not, how long to wait for the slot
-- take: lets one pass
-- room: how many of those who wait may be called in
-- look: when that may be more

-- No more than the limit can have brought about: after a change of it, or of the clock, nothing waits for the old one.
local function tatOf(gate)
  local tat = tonumber(redis.call('GET', place('tat', gate.id))) or 0
  local most = now + HORIZON + gate.burst * gate.step
  if tat <= most then return tat end
  redis.call('SET', place('tat', gate.id), text(most), 'PX', math.ceil(most - now + CATCH_UP))
  return most
end

function kinds.rate.check(gate)
  gate.tat = tatOf(gate)
  gate.from = math.max(gate.tat, now - CATCH_UP)
  local wait = gate.from - gate.tolerance - now
  if wait <= math.min(HORIZON, gate.step) then return 0, math.max(wait, 0) end
  return wait
end

function kinds.rate.take(gate)
  gate.tat = gate.from + gate.step
  redis.call('SET', place('tat', gate.id), text(gate.tat), 'PX', math.ceil(gate.tat - now + CATCH_UP))
end

local function mostOnTheirWay(gate) return gate.burst + math.ceil(2 * CATCH_UP / gate.step) end

local function pace(gate)
  local paced = tonumber(redis.call('HGET', place('gate', gate.id), 'paced')) or 0
  if paced > now + HORIZON + (gate.burst + 2 * mostOnTheirWay(gate)) * gate.step then paced = 0 end
  return math.max(tatOf(gate), paced, now - CATCH_UP)
end

function kinds.rate.room(gate)
  local due = math.floor((now + gate.tolerance - pace(gate)) / gate.step + 1e-6) + 1
  return math.max(0, math.min(due, mostOnTheirWay(gate) - onTheirWay(gate)))
end

function kinds.rate.called(gate, count)
  redis.call('HSET', place('gate', gate.id), 'paced', text(pace(gate) + count * gate.step))
end

function kinds.rate.look(gate)
  local crowd = onTheirWay(gate) >= mostOnTheirWay(gate)
  return math.max(pace(gate) - gate.tolerance, crowd and now + CATCH_UP or 0)
end

function kinds.rate.turn(gate, ahead) return pace(gate) - gate.tolerance + ahead * gate.step - now end

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

-- Puts a delayed call at the head of its queue, as BullMQ lays jobs out, and wakes a worker.
local function toHead(id)
  local queue = queueOf(id)
  local job = queue .. ':' .. id
  redis.call('HSET', job, 'delay', 0)
  local priority = tonumber(redis.call('HGET', job, 'priority')) or 0
  if priority > 0 then
    redis.call('ZADD', queue .. ':prioritized', priority * 0x100000000, id)
  else
    redis.call('RPUSH', queue .. ':wait', id)
  end
  if redis.call('HEXISTS', queue .. ':meta', 'paused') == 0 then
    redis.call('ZADD', queue .. ':marker', 0, '0')
  end
  redis.call('XADD', queue .. ':events', 'MAXLEN', '~', 10000, '*', 'event', 'waiting', 'jobId', id, 'prev', 'delayed')
end

local function isVisitor(member) return string.sub(member, 1, 1) == '~' end

local function lookLater(gate, underway)
  if redis.call('EXISTS', place('room', gate.id)) == 1 then
    local at = underway and now + CATCH_UP or math.max(now + 1, kinds[gate.kind].look(gate))
    redis.call('ZADD', base .. 'looks', text(at), gate.id)
  else
    redis.call('ZREM', base .. 'looks', gate.id)
    redis.call('DEL', place('gate', gate.id))
  end
end

-- Whether one who waits comes when it is called in. A call that was refused a moment ago is still with its worker.
local function summon(member)
  if isVisitor(member) then return 'called' end
  local queue = queueOf(member)
  if redis.call('ZREM', queue .. ':delayed', member) == 1 then return 'called' end
  return redis.call('EXISTS', queue .. ':' .. member .. ':lock') == 1 and 'underway' or 'gone'
end

-- One that is gone has been revoked, or comes by itself: the next takes its turn.
local function callIn(gate)
  local kind = kinds[gate.kind]
  local room = place('room', gate.id)
  local free = math.min(kind.room(gate), CALLED_AT_ONCE)
  local called, underway = {}, 0
  while #called < free and underway < CALLED_AT_ONCE do
    local member = redis.call('ZRANGE', room, underway, underway)[1]
    if not member then break end
    local answer = summon(member)
    if answer == 'underway' then
      underway = underway + 1
    else
      redis.call('ZREM', room, member)
      if answer == 'called' then
        table.insert(called, member)
        redis.call('ZADD', place('called', gate.id), text(now), member)
      end
    end
  end
  if #called > 0 then
    expire(place('called', gate.id), CALLED_KEPT)
    if kind.called then kind.called(gate, #called) end
    for index = #called, 1, -1 do
      if not isVisitor(called[index]) then toHead(called[index]) end
    end
  end
  lookLater(gate, #called < free and underway > 0)
end

local function stored(id)
  local spec = redis.call('HGET', place('gate', id), 'spec')
  return spec and current(cjson.decode(spec))
end

local function enter(gate, member, since)
  redis.call('HSET', place('gate', gate.id), 'spec', cjson.encode({
    id = gate.id, name = gate.name, kind = gate.kind, count = gate.count, period = gate.period, burst = gate.burst,
    limit = gate.limit, failures = gate.failures, window = gate.window, cooldown = gate.cooldown }))
  redis.call('ZADD', place('room', gate.id), text(since), member)
  redis.call('ZREM', place('called', gate.id), member)
  if not redis.call('ZSCORE', base .. 'looks', gate.id) then lookLater(gate) end
  return redis.call('ZRANK', place('room', gate.id), member)
end

-- A turn that another gate has spoilt is the next one's.
local function leave(gate, member)
  redis.call('ZREM', place('room', gate.id), member)
  if redis.call('ZREM', place('called', gate.id), member) == 1 and gate.kind == 'rate' then
    local paced = tonumber(redis.call('HGET', place('gate', gate.id), 'paced'))
    if paced then
      redis.call('HSET', place('gate', gate.id), 'paced', text(paced - gate.step))
      lookLater(gate)
    end
  end
end
`;

/** ARGV: clock, requests. */
export const PASS = `${FUNCTIONS}
local function crowd(gate, member)
  gate.known = redis.call('EXISTS', place('room', gate.id), place('called', gate.id)) > 0
  if not gate.known then return false, nil end
  local since = redis.call('ZSCORE', place('room', gate.id), member)
  return redis.call('EXISTS', place('room', gate.id)) == 1 or onTheirWay(gate) > 0, since
end

-- A visitor comes by itself to see whether it has been called in; where no worker looks, that is done here.
local function isWaiting(gates, member)
  for _, gate in ipairs(gates) do
    local room = place('room', gate.id)
    if gate.known and redis.call('ZSCORE', room, member) then
      callIn(gate)
      if redis.call('ZSCORE', room, member) then return gate.id end
    end
  end
  return false
end

local function pass(request)
  local member, gates = request.member, request.gates
  local since = tonumber(request.since)
  local crowds = {}
  for index, gate in ipairs(gates) do
    current(gate)
    local crowded, earlier = crowd(gate, member)
    crowds[index] = crowded
    since = since or tonumber(earlier)
  end
  local at, longest, wait, probe = nil, 0, 0, false
  local waits = isVisitor(member) and isWaiting(gates, member)
  for index, gate in ipairs(gates) do
    local delay, slot = kinds[gate.kind].check(gate, member)
    -- Who comes for the first time does not overtake those who wait.
    if delay == 0 and not since and crowds[index] and not gate.own then delay = 1 end
    if delay == 0 and waits == gate.id then delay = 1 end
    if delay > longest then at, longest = index, delay end
    wait = math.max(wait, slot or 0)
    probe = probe or gate.probing or false
  end
  if not at then
    local fence, crowded = 0, 0
    for index, gate in ipairs(gates) do
      if crowds[index] then crowded = 1 end
      kinds[gate.kind].take(gate, member, request.lease)
      if gate.kind == 'permits' and fence == 0 then fence = redis.call('INCR', base .. 'fence') end
      if gate.known then
        redis.call('ZREM', place('room', gate.id), member)
        redis.call('ZREM', place('called', gate.id), member)
      end
    end
    return { 1, math.ceil(wait), fence, probe and 1 or 0, crowded }
  end
  local refusing = gates[at]
  for index, gate in ipairs(gates) do
    if index ~= at and gate.known then leave(gate, member) end
  end
  since = since or now
  local ahead = 0
  if refusing.waits then ahead = enter(refusing, member, since) end
  local turn = math.max(longest, kinds[refusing.kind].turn(refusing, ahead))
  return { 0, at - 1, math.ceil(turn), ahead, since }
end

local answers = {}
for index, request in ipairs(cjson.decode(ARGV[2])) do answers[index] = pass(request) end
return cjson.encode(answers)`;

/** ARGV: clock, holdings. */
export const RELEASE = `${FUNCTIONS}
for _, holding in ipairs(cjson.decode(ARGV[2])) do
  for _, id in ipairs(holding.gates) do
    redis.call('ZREM', place('held', id), holding.member)
    if redis.call('HGET', place('breaker', id), 'probe') == holding.member then
      redis.call('HDEL', place('breaker', id), 'probe', 'probeUntil')
    end
    local gate = stored(id)
    if gate then callIn(gate) end
  end
end`;

/** ARGV: clock, holdings, lease. Gives those that are lost. */
export const RENEW = `${FUNCTIONS}
local lease, lost = tonumber(ARGV[3]), {}
for _, holding in ipairs(cjson.decode(ARGV[2])) do
  local kept = {}
  for _, id in ipairs(holding.gates) do
    local held, probing = place('held', id), place('breaker', id)
    local ends = tonumber(redis.call('ZSCORE', held, holding.member))
    if ends and ends > now then
      hold(id, holding.member, lease)
    elseif redis.call('HGET', probing, 'probe') == holding.member then
      redis.call('HSET', probing, 'probeUntil', text(now + lease))
    else
      table.insert(kept, id)
    end
  end
  if #kept > 0 then table.insert(lost, { member = holding.member, gates = kept }) end
end
return #lost > 0 and cjson.encode(lost) or '[]'`;

/** ARGV: clock, member, ids of gates. */
export const LEAVE = `${FUNCTIONS}
for _, id in ipairs(cjson.decode(ARGV[3])) do
  local gate = stored(id)
  if gate then leave(gate, ARGV[2]) end
  redis.call('ZREM', place('called', id), ARGV[2])
end`;

/**
 * ARGV: clock, keeper, milliseconds between two looks at the most. Gives the milliseconds to its next look, and to the
 * next that somebody must take.
 */
export const CALL_IN = `${FUNCTIONS}
local looks, watch = base .. 'looks', tonumber(ARGV[3])
for _, id in ipairs(redis.call('ZRANGEBYSCORE', looks, '-inf', text(now), 'LIMIT', 0, CALLED_AT_ONCE)) do
  local gate = stored(id)
  if gate then callIn(gate) else redis.call('ZREM', looks, id) end
end
local charged = redis.call('GET', base .. 'keeper')
local first = redis.call('ZRANGE', looks, 0, 0, 'WITHSCORES')
local following = math.min(watch, math.max(0, (tonumber(first[2]) or now + watch) - now))
local poll = following
if charged and tonumber(string.match(charged, '^%S+')) <= now then charged = false end
if charged and string.match(charged, ' (.*)$') ~= ARGV[2] then
  poll = math.min(watch, tonumber(string.match(charged, '^%S+')) - now)
else
  redis.call('SET', base .. 'keeper', text(now + following + SLACK) .. ' ' .. ARGV[2], 'PX', 10 * watch)
end
return text(poll) .. ' ' .. text(following)`;

/** ARGV: clock, gate, member, failed (1 or 0). Gives 1 if the breaker is open. */
export const REPORT = `${FUNCTIONS}
local gate = current(cjson.decode(ARGV[2]))
local key, failures = place('breaker', gate.id), place('failures', gate.id)
local opensAt, probe = breaker(gate)
local kept = stored(gate.id)
if ARGV[4] == '0' then
  if opensAt and probe == ARGV[3] then
    redis.call('DEL', key)
    if kept then callIn(kept) end
    return 0
  end
  return opensAt and 1 or 0
end
if not opensAt then
  redis.call('ZADD', failures, text(now), redis.call('INCR', base .. 'failure'))
  redis.call('ZREMRANGEBYSCORE', failures, '-inf', text(now - gate.window))
  redis.call('ZREMRANGEBYRANK', failures, 0, -FAILURES_KEPT - 1)
  expire(failures, gate.window)
  if redis.call('ZCARD', failures) < gate.failures then return 0 end
elseif probe ~= ARGV[3] then
  return 1
end
redis.call('DEL', key, failures)
redis.call('HSET', key, 'until', text(now + gate.cooldown))
if kept then lookLater(kept) end
return 1`;

/** ARGV: clock, gate. Gives until, probe, failures, waiting. */
export const BREAKER = `${FUNCTIONS}
local gate = current(cjson.decode(ARGV[2]))
local opensAt = breaker(gate)
local failures = redis.call('ZCOUNT', place('failures', gate.id), '(' .. text(now - gate.window), '+inf')
local state = not opensAt and 'closed' or now < opensAt and 'open' or 'half-open'
return { state, opensAt and text(opensAt) or '', failures, redis.call('ZCARD', place('room', gate.id)) }`;

/** ARGV: clock, gate, milliseconds. */
export const SET_BREAKER = `${FUNCTIONS}
local gate = current(cjson.decode(ARGV[2]))
local openFor = tonumber(ARGV[3])
redis.call('DEL', place('breaker', gate.id), place('failures', gate.id))
if openFor > 0 then redis.call('HSET', place('breaker', gate.id), 'until', text(now + openFor)) end
local kept = stored(gate.id)
if kept then callIn(kept) end`;

/** ARGV: clock, name, change or ''. What waits is looked at anew. */
export const CHANGE = `${FUNCTIONS}
if ARGV[3] == '' then redis.call('HDEL', base .. 'changes', ARGV[2])
else redis.call('HSET', base .. 'changes', ARGV[2], ARGV[3]) end
for _, id in ipairs(redis.call('ZRANGE', base .. 'looks', 0, -1)) do
  local gate = stored(id)
  if gate and gate.name == ARGV[2] then
    redis.call('HDEL', place('gate', id), 'paced')
    lookLater(gate)
  end
end`;
