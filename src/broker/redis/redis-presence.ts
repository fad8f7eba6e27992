import type { Redis } from 'ioredis';
import type { Beat, Presence } from '../../tasks/presence.js';
import { LuaScript } from './lua-script.js';

/** A hash of what processes said, each with when, and until when it is kept. */
const BEAT = new LuaScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], now .. ':' .. (now + ARGV[3]) .. ':' .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 0
`);

const BEATS = new LuaScript(`
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local all = redis.call('HGETALL', KEYS[1])
local found = {}
for i = 1, #all, 2 do
  local at, till, state = string.match(all[i + 1], '^(%d+):(%d+):(.*)$')
  if tonumber(till) < now then
    redis.call('HDEL', KEYS[1], all[i])
  else
    found[#found + 1] = all[i]
    found[#found + 1] = tostring(math.max(0, now - at))
    found[#found + 1] = state
  end
end
return found
`);

/** Nobody has been there for this time. */
const LONGEST_KEPT = 86_400_000;

export class RedisPresence implements Presence {
  constructor(
    private readonly redis: () => Redis,
    private readonly key: string,
  ) {}

  async beat(id: string, state: object, keep: number): Promise<void> {
    await BEAT.run(this.redis(), this.key, id, JSON.stringify(state), Math.ceil(keep), LONGEST_KEPT);
  }

  async leave(id: string): Promise<void> {
    await this.redis().hdel(this.key, id);
  }

  async beats(): Promise<readonly Beat[]> {
    const flat = (await BEATS.run(this.redis(), this.key)) as string[];
    const beats: Beat[] = [];
    for (let place = 0; place < flat.length; place += 3) {
      const [id = '', age = '0', state = 'null'] = flat.slice(place, place + 3);
      beats.push({ id, age: Number(age), state: JSON.parse(state) as unknown });
    }
    return beats;
  }
}
