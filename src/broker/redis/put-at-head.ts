/** Puts a job that is in no list at the head of its queue, as BullMQ's own scripts lay jobs out, and wakes a worker. */
export const PUT_AT_HEAD = `
local function putAtHead(queue, id, event, from)
  local priority = tonumber(redis.call('HGET', queue .. ':' .. id, 'priority')) or 0
  if priority > 0 then
    redis.call('ZADD', queue .. ':prioritized', priority * 0x100000000, id)
  else
    redis.call('RPUSH', queue .. ':wait', id)
  end
  if redis.call('HEXISTS', queue .. ':meta', 'paused') == 0 then
    redis.call('ZADD', queue .. ':marker', 0, '0')
  end
  redis.call('XADD', queue .. ':events', 'MAXLEN', '~', 10000, '*', 'event', event, 'jobId', id, 'prev', from)
end
`;
