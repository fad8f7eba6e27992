import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BreakerGate, Gate, GateRequest, PermitGate, RateGate } from '../../src/tasks/gates.js';
import { GateModel } from './gate-model.js';
import { type OpenGates, openGates } from './open-gates.js';

const RUNS = process.env['CELERIAC_LONG'] ? 300 : 25;

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
  { weight: 3, arbitrary: fc.record({ op: fc.constant('release' as const), member, choice }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('renew' as const), member, choice }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('leave' as const), member, choice }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('report' as const), member, failed: fc.boolean() }) },
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
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const run = ++generation;
        model = new GateModel();
        await open.reset();
        let lastFence = 0;
        const all = gatesOf(run);
        const breaker = all[5];
        const since = new Map<string, number>();
        for (const given of steps) {
          const ids = 'choice' in given ? given.choice.map((index) => all[index]?.id ?? '') : [];
          switch (given.op) {
            case 'advance':
              model.now += given.by;
              break;
            case 'pass': {
              const gates = given.choice.map((index) => ({ ...(all[index] as Gate), waits: given.waits }));
              const known = since.get(given.member) ?? null;
              const request: GateRequest = { member: given.member, since: known, lease: 3_000, gates };
              const [expected] = model.pass([request]);
              const [answer] = await open.gates.pass([request]);
              const fence = answer?.admitted ? answer.fence : 0;
              expect(answer).toEqual(expected?.admitted ? { ...expected, fence } : expected);
              if (expected?.admitted && expected.fence > 0) expect(fence).toBeGreaterThan(lastFence);
              lastFence = Math.max(lastFence, fence);
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
            case 'release':
              model.release([{ member: given.member, gates: ids }]);
              await open.gates.release([{ member: given.member, gates: ids }]);
              break;
            case 'renew': {
              const lost = await open.gates.renew([{ member: given.member, gates: ids }], 3_000);
              const sorted = (holdings: typeof lost) =>
                holdings.map((one) => ({ ...one, gates: one.gates.toSorted() }));
              expect(sorted(lost)).toEqual(
                sorted(model.renew([{ member: given.member, gates: ids }], 3_000)),
              );
              break;
            }
            case 'leave':
              model.leave(given.member, ids);
              await open.gates.leave(given.member, ids);
              since.delete(given.member);
              break;
            case 'report':
              expect(await open.gates.report(breaker, given.member, given.failed)).toBe(
                model.report(breaker, given.member, given.failed),
              );
              break;
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
        expect(await open.gates.breaker(breaker)).toEqual(model.breaker(breaker));
        for (const { id } of all) expect(await open.gates.waiting(id)).toBe(model.waiting(id));
      }),
      { numRuns: RUNS },
    );
  });
});
