import type { Redis } from 'ioredis';
import type {
  BreakerGate,
  BreakerState,
  GateAnswer,
  GateChange,
  GateRequest,
  Gates,
  Holding,
  NextLook,
} from '../../../tasks/gates.js';
import { GATE_TIMES } from '../../../tasks/gates.js';
import { decodeAnswers } from '../../gate-answers.js';
import { LuaScript } from '../lua-script.js';
import * as lua from './gate-script.js';

const script = {
  pass: new LuaScript(lua.PASS),
  release: new LuaScript(lua.RELEASE),
  renew: new LuaScript(lua.RENEW),
  leave: new LuaScript(lua.LEAVE),
  callIn: new LuaScript(lua.CALL_IN),
  report: new LuaScript(lua.REPORT),
  breaker: new LuaScript(lua.BREAKER),
  setBreaker: new LuaScript(lua.SET_BREAKER),
  change: new LuaScript(lua.CHANGE),
};

/** The gates as scripts, each of which is one step. */
export class RedisGates implements Gates {
  private readonly prefix: string;

  /** @param clock takes the place of the server's, for tests */
  constructor(
    private readonly redis: () => Redis,
    namespace: string,
    private readonly clock?: () => number,
  ) {
    this.prefix = `${namespace}:`;
  }

  async pass(requests: readonly GateRequest[]): Promise<GateAnswer[]> {
    return decodeAnswers((await this.run(script.pass, ...encodeRequests(requests))) as string);
  }

  async release(holdings: readonly Holding[]): Promise<void> {
    await this.run(script.release, JSON.stringify(holdings));
  }

  async renew(holdings: readonly Holding[], lease: number): Promise<Holding[]> {
    return JSON.parse((await this.run(script.renew, JSON.stringify(holdings), lease)) as string) as Holding[];
  }

  async leave(member: string, gates: readonly string[]): Promise<void> {
    await this.run(script.leave, member, JSON.stringify(gates));
  }

  async callIn(keeper: string): Promise<NextLook> {
    const answer = (await this.run(script.callIn, keeper, GATE_TIMES.watch)) as string;
    const [mine = 0, next = 0] = answer.split(' ').map(Number);
    return { mine, next };
  }

  async report(gate: BreakerGate, member: string, failure: string | null): Promise<boolean> {
    return (await this.run(script.report, JSON.stringify(gate), member, failure ?? '')) === 1;
  }

  async breaker(gate: BreakerGate): Promise<BreakerState> {
    const answer = (await this.run(script.breaker, JSON.stringify(gate))) as [string, string, number, number];
    const [state, until, failures, waiting] = answer;
    return {
      state: state as BreakerState['state'],
      failures,
      until: until === '' ? undefined : Number(until),
      waiting,
    };
  }

  async setBreaker(gate: BreakerGate, openFor: number): Promise<void> {
    await this.run(script.setBreaker, JSON.stringify(gate), openFor);
  }

  async change(name: string, change: GateChange | null): Promise<void> {
    await this.run(script.change, name, change ? JSON.stringify(change) : '');
  }

  async changes(): Promise<ReadonlyMap<string, GateChange>> {
    const stored = await this.redis().hgetall(`${this.prefix}celeriac.limits:changes`);
    return new Map(Object.entries(stored).map(([name, change]) => [name, JSON.parse(change) as GateChange]));
  }

  async waiting(gate: string): Promise<number> {
    return this.redis().zcard(`${this.prefix}celeriac.limits:room:${gate}`);
  }

  /** Keys expire by themselves; a room has no end but that of its calls. */
  async prune(): Promise<void> {}

  private run(what: LuaScript, ...args: (string | number)[]): Promise<unknown> {
    return what.run(this.redis(), this.prefix, this.clock?.() ?? '', ...args);
  }
}

/** A gate that many requests have in common is sent once. */
function encodeRequests(requests: readonly GateRequest[]): [gates: string, requests: string] {
  const places = new Map<string, number>();
  const all: GateRequest['gates'][number][] = [];
  const placeOf = (gate: GateRequest['gates'][number]): number => {
    const which = `${gate.waits} ${gate.id}`;
    const place = places.get(which);
    if (place !== undefined) return place;
    places.set(which, all.length);
    return all.push(gate) - 1;
  };
  const encoded = requests.map(({ gates, member, since, lease }) => ({
    member,
    since,
    lease,
    gates: gates.map(placeOf),
  }));
  return [JSON.stringify(all), JSON.stringify(encoded)];
}
