import { BASE } from './lua/base.js';
import { BREAKERS } from './lua/breakers.js';
import { PERMITS } from './lua/permits.js';
import { RATES } from './lua/rates.js';
import { ROOMS } from './lua/rooms.js';
import { PUT_AT_HEAD } from '../put-at-head.js';

/*
 * The gates in Lua. KEYS[1] is what all keys of the namespace begin with; ARGV[1] a time that takes the place of the
 * clock's, for tests.
 *
 *   tat:<gate>      rate: when the next is due (theoretical arrival time)
 *   held:<gate>     permits: their holders by the end of their lease;  fences:<gate>  and the fence of each
 *   breaker:<gate>  until, probe, probeUntil;  failures:<gate>  '<id> <member>' by time
 *   spent:<gate>    breaker: retries to give back, by member
 *   room:<gate>     who waits, by when it was first refused
 *   called:<gate>   who was called in, by when
 *   gate:<gate>     what it is, the pace it calls in at, and how long callers take to come; while there is a room
 *   looks           gates with a room, by when to look at them
 *   changes         what limits were changed to, by name
 */
const FUNCTIONS = [PUT_AT_HEAD, BASE, RATES, PERMITS, BREAKERS, ROOMS].join('\n');

/** ARGV: clock, gates, requests, which say by number which of them they are at. */
export const PASS = `${FUNCTIONS}
local function crowd(gate, member)
  if empty[gate.id] == nil then
    empty[gate.id] = redis.call('EXISTS', place('room', gate.id), place('called', gate.id)) == 0
  end
  gate.known = not empty[gate.id]
  if not gate.known then return false, nil end
  local since = redis.call('ZSCORE', place('room', gate.id), member)
  return redis.call('EXISTS', place('room', gate.id)) == 1 or onTheirWay(gate) > 0, since
end

-- Whether somebody who was called in has not come: whoever is here may go first.
local function delayedOnTheWay(gate)
  return redis.call('ZCOUNT', place('called', gate.id), text(now - CALLED_KEPT), text(now - ON_ITS_WAY)) > 0
end

-- A visitor comes by itself to see whether it has been called in; where no worker looks, that is done here.
local function isWaiting(gates, member)
  for _, gate in ipairs(gates) do
    local room = place('room', gate.id)
    if gate.known and redis.call('ZSCORE', room, member) then
      callIn(gate)
      if redis.call('ZSCORE', room, member) and not delayedOnTheWay(gate) then return gate.id end
    end
  end
  return false
end

local all = cjson.decode(ARGV[2])

local function pass(request)
  local member, gates = request.member, {}
  for index, number in ipairs(request.gates) do gates[index] = all[number + 1] end
  local since = tonumber(request.since)
  local crowds = {}
  for index, gate in ipairs(gates) do
    current(gate)
    local crowded, earlier = crowd(gate, member)
    crowds[index] = crowded
    if gate.known and gate.kind == 'rate' then arrived(gate, member) end
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
    probe = probe or gate.probing
  end
  if not at then
    local fence, crowded, refunded = 0, 0, 0
    for index, gate in ipairs(gates) do
      if crowds[index] then crowded = 1 end
      if gate.kind == 'permits' and fence == 0 then fence = redis.call('INCR', base .. 'fence') end
      kinds[gate.kind].take(gate, member, request.lease, fence)
      if gate.kind == 'breaker' then refunded = refunded + refund(gate, member) end
      if gate.known then
        redis.call('ZREM', place('room', gate.id), member)
        redis.call('ZREM', place('called', gate.id), member)
      end
    end
    return { 1, math.ceil(wait), fence, probe and 1 or 0, crowded, refunded, now }
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
writesLater = true
for index, request in ipairs(cjson.decode(ARGV[3])) do answers[index] = pass(request) end
for id in pairs(unwritten) do writeTat(id) end
return cjson.encode(answers)`;

/** ARGV: clock, holdings. */
export const RELEASE = `${FUNCTIONS}
for _, holding in ipairs(cjson.decode(ARGV[2])) do
  for _, id in ipairs(holding.gates) do
    if holds(id, holding.member, holding.fence) then drop(id, holding.member) end
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
    local probing = place('breaker', id)
    if holds(id, holding.member, holding.fence) then
      hold(id, holding.member, lease, holding.fence)
    elseif redis.call('HGET', probing, 'probe') == holding.member then
      redis.call('HSET', probing, 'probeUntil', text(now + lease))
    else
      table.insert(kept, id)
    end
  end
  if #kept > 0 then table.insert(lost, { member = holding.member, fence = holding.fence, gates = kept }) end
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

/** ARGV: clock, gate, member, id of a failure or ''. Gives 1 if the breaker is open. */
export const REPORT = `${FUNCTIONS}
local gate = current(cjson.decode(ARGV[2]))
local key, failures = place('breaker', gate.id), place('failures', gate.id)
local opensAt, probe = breaker(gate)
local kept = stored(gate.id)
if ARGV[4] == '' then
  if opensAt and probe == ARGV[3] then
    redis.call('DEL', key)
    if kept then callIn(kept) end
    return 0
  end
  return opensAt and 1 or 0
end
if not opensAt then
  redis.call('ZADD', failures, 'NX', text(now), ARGV[4] .. ' ' .. ARGV[3])
  redis.call('ZREMRANGEBYSCORE', failures, '-inf', text(now - gate.window))
  redis.call('ZREMRANGEBYRANK', failures, 0, -FAILURES_KEPT - 1)
  expire(failures, gate.window)
  if redis.call('ZCARD', failures) < gate.failures then return 0 end
  noteSpent(gate, failures, ARGV[4])
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
