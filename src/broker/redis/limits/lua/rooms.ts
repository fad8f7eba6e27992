/** Who waits at a gate, and who is called in. */
export const ROOMS = `
-- Puts a call that was delayed at the head of its queue.
local function toHead(id)
  local queue = queueOf(id)
  redis.call('HSET', queue .. ':' .. id, 'delay', 0)
  putAtHead(queue, id, 'waiting', 'delayed')
end

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
  empty[gate.id] = nil
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
