import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type {
  BreakerGate,
  Gate,
  GateAnswer,
  GateRequest,
  PermitGate,
  RateGate,
} from '../../src/tasks/gates.js';
import { GateModel } from './gate-model.js';
import { type OpenGates, openGates } from './open-gates.js';
import { worstWindow } from './workers/windows.js';

const RUNS = process.env['CELERIAC_LONG'] ? 300 : 80;

let generation = 0;

/** The gates of one run; their ids are its own. */
function gatesOf(run: number) {
  const rate = (key: string, count: number, period: number, burst: number): RateGate => ({
    kind: 'rate',
    id: `rate:${run}:${key}`,
    name: `rate:${run}`,
    count,
    period,
    burst,
  });
  const permits: PermitGate = { kind: 'permits', id: `permits:${run}`, name: `permits:${run}`, limit: 2 };
  const lock: PermitGate = { kind: 'permits', id: `lock:${run}`, name: `lock:${run}`, limit: 1 };
  const breaker: BreakerGate = {
    kind: 'breaker',
    id: `breaker:${run}`,
    name: `breaker:${run}`,
    failures: 2,
    window: 5_000,
    cooldown: 2_000,
  };
  return [
    rate('a', 10, 1_000, 1),
    rate('b', 3, 1_000, 3),
    rate('c', 200, 1_000, 1),
    permits,
    lock,
    breaker,
  ] as const;
}

const member = fc.constantFrom('~v1', '~v2', '~v3', '~v4', 'q.c1', 'q.c2', 'q.c3');
/** By an earlier admission of the member than its last. */
const stale = fc.integer({ min: 0, max: 3 }).map((one) => one === 0);
const choice = fc.uniqueArray(fc.nat(5), { minLength: 1, maxLength: 3 });

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constant('pass' as const), member, choice, waits: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('advance' as const), by: fc.nat(700) }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('advance' as const), by: fc.nat(20_000) }) },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant('callIn' as const), keeper: fc.constantFrom('x', 'y') }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('release' as const), member, choice, stale }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('renew' as const), member, choice, stale }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('leave' as const), member, choice }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('report' as const),
      member,
      // One that is told again, since the answer was lost, counts once.
      failure: fc.option(fc.constantFrom('f1', 'f2', 'f3')),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant('setBreaker' as const), openFor: fc.constantFrom(0, 900) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('change' as const),
      count: fc.option(fc.integer({ min: 1, max: 40 })),
    }),
  },
);

describe.each(['redis', 'postgres'] as const)('the gates of %s', (type) => {
  let open: OpenGates;
  let model: GateModel;

  beforeAll(async () => {
    open = await openGates(type, () => model.now);
  });
  afterAll(() => open.close());

  it('do step for step what the model does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
        const run = ++generation;
        model = new GateModel();
        await open.reset();
        let lastFence = 0;
        const all = gatesOf(run);
        const breaker = all[5];
        const since = new Map<string, number>();
        const fences = new Map<string, { model: number; store: number }[]>();
        /** The fences of the last admission of a member, or of one before. */
        const fenceOf = (who: string, earlier: boolean) =>
          (fences.get(who) ?? []).at(earlier ? -2 : -1) ?? { model: 0, store: 0 };
        for (const given of steps) {
          const ids = 'choice' in given ? given.choice.map((index) => all[index]?.id ?? '') : [];
          switch (given.op) {
            case 'advance':
              model.now += given.by;
              break;
            case 'pass': {
              const gates = given.choice.map((index) => ({ ...(all[index] as Gate), waits: given.waits }));
              const refusedAt = since.get(given.member) ?? null;
              const request: GateRequest = { member: given.member, since: refusedAt, lease: 3_000, gates };
              const [expected] = model.pass([request]);
              const [answer] = await open.gates.pass([request]);
              const fence = answer?.admitted ? answer.fence : 0;
              expect(answer).toEqual(
                expected?.admitted ? { ...expected, fence } : rounded(expected, answer, gates),
              );
              if (expected?.admitted && expected.fence > 0) expect(fence).toBeGreaterThan(lastFence);
              lastFence = Math.max(lastFence, fence);
              if (expected?.admitted && expected.fence > 0) {
                const known = fences.get(given.member) ?? [];
                fences.set(given.member, [...known, { model: expected.fence, store: fence }]);
              }
              if (expected?.admitted === false && given.waits) since.set(given.member, expected.since);
              else since.delete(given.member);
              for (const { id, ...gate } of all) {
                if ('limit' in gate) expect(model.heldBy(id).length).toBeLessThanOrEqual(gate.limit);
              }
              break;
            }
            case 'callIn': {
              const expected = model.callIn(given.keeper);
              const answer = await open.gates.callIn(given.keeper);
              expect(answer.mine).toBeCloseTo(expected.mine, 1);
              expect(answer.next).toBeCloseTo(expected.next, 1);
              break;
            }
            case 'release': {
              const fence = fenceOf(given.member, given.stale);
              model.release([{ member: given.member, fence: fence.model, gates: ids }]);
              await open.gates.release([{ member: given.member, fence: fence.store, gates: ids }]);
              break;
            }
            case 'renew': {
              const fence = fenceOf(given.member, given.stale);
              const lost = await open.gates.renew(
                [{ member: given.member, fence: fence.store, gates: ids }],
                3_000,
              );
              const expected = model.renew([{ member: given.member, fence: fence.model, gates: ids }], 3_000);
              const gatesLost = (holdings: typeof lost) => holdings.map(({ gates }) => gates.toSorted());
              expect(gatesLost(lost)).toEqual(gatesLost(expected));
              break;
            }
            case 'leave':
              model.leave(given.member, ids);
              await open.gates.leave(given.member, ids);
              since.delete(given.member);
              break;
            case 'report': {
              const failure = given.failure && `${given.failure}-${given.member}`;
              expect(await open.gates.report(breaker, given.member, failure)).toBe(
                model.report(breaker, given.member, failure),
              );
              break;
            }
            case 'setBreaker':
              model.setBreaker(breaker, given.openFor);
              await open.gates.setBreaker(breaker, given.openFor);
              break;
            case 'change': {
              const change = given.count === null ? null : { count: given.count };
              model.change(`rate:${run}`, change);
              await open.gates.change(`rate:${run}`, change);
              break;
            }
          }
        }
        if (!steps.some(({ op }) => op === 'change')) {
          for (const rate of all.slice(0, 3) as RateGate[]) {
            const grants = (model.grants.get(rate.id) ?? []).map((at) => ({ from: at, to: at }));
            const bound = {
              limit: (rate.count * 1_000) / rate.period,
              burst: rate.burst,
              tolerance: 0,
              shortest: 0,
            };
            expect(worstWindow(grants, bound).excess).toBeLessThanOrEqual(1e-6);
          }
        }
        expect(await open.gates.breaker(breaker)).toEqual(model.breaker(breaker));
        for (const { id } of all) expect(await open.gates.waiting(id)).toBe(model.waiting(id));
      }),
      { numRuns: RUNS },
    );
  });

  it('leave to a later delivery of a call what it has taken over: the earlier neither gives it back nor renews it', async () => {
    model = new GateModel();
    await open.reset();
    const lock = { kind: 'permits', id: 'lock|a', name: 'lock', limit: 1, waits: false } as const;
    const enter = async (who: string) =>
      (await open.gates.pass([{ member: who, since: null, lease: 3_000, gates: [lock] }]))[0];
    const holding = (answer: GateAnswer | undefined) => ({
      member: 'q.call',
      fence: answer?.admitted ? answer.fence : 0,
      gates: [lock.id],
    });
    const earlier = holding(await enter('q.call'));
    model.now += 3_001;
    const later = holding(await enter('q.call'));
    expect(await open.gates.renew([earlier], 3_000)).toEqual([earlier]);
    await open.gates.release([earlier]);
    expect(await enter('q.other')).toMatchObject({ admitted: false });
    expect(await open.gates.renew([later], 3_000)).toEqual([]);
    await open.gates.release([later]);
    expect(await enter('q.other')).toMatchObject({ admitted: true });
  });

  it('count a failure once that is told twice, and give back the retries it cost once the breaker opens', async () => {
    model = new GateModel();
    await open.reset();
    const breaker = gatesOf(0)[5];
    const pass = async (who: string) =>
      (
        await open.gates.pass([
          { member: who, since: null, lease: 3_000, gates: [{ ...breaker, waits: true }] },
        ])
      )[0];
    expect(await open.gates.report(breaker, 'q.first', 'one')).toBe(false);
    expect(await open.gates.report(breaker, 'q.first', 'one')).toBe(false);
    expect(await open.gates.breaker(breaker)).toMatchObject({ state: 'closed', failures: 1 });
    expect(await open.gates.report(breaker, 'q.last', 'two')).toBe(true);
    expect(await open.gates.report(breaker, 'q.last', 'two')).toBe(true);
    await open.gates.setBreaker(breaker, 0);
    expect(await pass('q.first')).toMatchObject({ admitted: true, refunded: 1 });
    expect(await pass('q.first')).toMatchObject({ admitted: true, refunded: 0 });
    expect(await pass('q.last')).toMatchObject({ admitted: true, refunded: 0 });
  });
});

/** Three languages add up fractions of milliseconds, and round them up: the last bit of one may cost it a whole one. */
function rounded(
  expected: GateAnswer | undefined,
  answer: GateAnswer | undefined,
  gates: readonly Gate[],
): GateAnswer | undefined {
  if (!expected || expected.admitted || !answer || answer.admitted) return expected;
  if (Math.abs(answer.delay - expected.delay) > 1) return expected;
  const bothRates = [expected, answer].every(({ gate }) => gates[gate]?.kind === 'rate');
  return { ...expected, delay: answer.delay, ...(bothRates && { gate: answer.gate }) };
}
