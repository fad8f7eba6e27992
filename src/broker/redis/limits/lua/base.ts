import { GATE_TIMES } from '../../../../tasks/gates.js';

/** Keys, the clock, and what a gate is at present. */
export const BASE = `
local CATCH_UP, HORIZON, ON_ITS_WAY = ${GATE_TIMES.catchUp}, ${GATE_TIMES.horizon}, ${GATE_TIMES.onItsWay}
local SLACK, LATE, MOST_LEAD = ${GATE_TIMES.slack}, ${GATE_TIMES.late}, ${GATE_TIMES.mostLead}
local CALLED_AT_ONCE, CALLED_KEPT, FAILURES_KEPT, SPENT_KEPT = 100, 60000, 1000, ${GATE_TIMES.spentKept}

local base = KEYS[1] .. 'celeriac.limits:'
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + time[2] / 1000
end

local function place(kind, gate) return base .. kind .. ':' .. gate end
local function text(number) return string.format('%.3f', number) end
local function expire(key, ms) redis.call('PEXPIRE', key, math.ceil(ms)) end

-- Gates of which this script knows that nobody waits there.
local empty = {}

local changes = {}
local function current(gate)
  if gate.current then return gate end
  gate.current = true
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

local function isVisitor(member) return string.sub(member, 1, 1) == '~' end

local kinds = { rate = {}, permits = {}, breaker = {} }
`;
