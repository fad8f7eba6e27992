import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatePass } from '../../src/limits/gate-pass.js';
import type { Broker } from '../../src/tasks/broker-port.js';
import type { GateRequest, Gates, PermitGate, RateGate } from '../../src/tasks/gates.js';
import { type OpenGates, openGates } from './open-gates.js';

const LATE = 80;
const USUAL = 10;

const rate = (name: string, count: number): RateGate & { waits: boolean } => ({
  kind: 'rate',
  id: name,
  name,
  count,
  period: 1_000,
  burst: 1,
  waits: true,
});
const permit: PermitGate & { waits: boolean } = {
  kind: 'permits',
  id: 'lock',
  name: 'lock',
  limit: 1,
  waits: true,
};

describe.each(['redis', 'postgres'] as const)('answers of %s that come late', (type) => {
  let open: OpenGates;
  let pass: GatePass;
  let late = 0;
  let asked = 0;

  beforeAll(async () => {
    open = await openGates(type);
    const slow: Pick<Gates, 'pass' | 'release'> = {
      pass: async (requests) => {
        asked++;
        const answers = await open.gates.pass(requests);
        if (late > 0) await sleep(LATE);
        late = Math.max(0, late - 1);
        return answers;
      },
      release: (holdings) => open.gates.release(holdings),
    };
    pass = new GatePass({ description: type, gates: slow } as Broker);
    for (let count = 0; count < USUAL; count++) await ask('q.warm', rate('warm', 1_000));
  });
  afterAll(() => open.close());

  const ask = (member: string, ...gates: GateRequest['gates'][number][]) =>
    pass.ask({ member, since: null, lease: 10_000, gates });
  const isFree = async (): Promise<boolean> => {
    const gates = [{ ...permit, waits: false }];
    const [answer] = await open.gates.pass([{ member: 'q.other', since: null, lease: 10_000, gates }]);
    if (!answer?.admitted) return false;
    await open.gates.release([{ member: 'q.other', fence: answer.fence, gates: [permit.id] }]);
    return true;
  };

  it('are answers for slots that are over: it takes the next, and keeps its permit', async () => {
    late = 1;
    asked = 0;
    const answer = await ask('q.one', rate('often', 1_000), permit);
    expect(answer).toMatchObject({ admitted: true });
    expect(asked).toBe(2);
    expect(await isFree()).toBe(false);
    const fence = answer.admitted ? answer.fence : 0;
    await open.gates.release([{ member: 'q.one', fence, gates: [permit.id] }]);
    expect(await isFree()).toBe(true);
  });

  it('if the next slot is far, it waits for it in the room, and has given back its permit', async () => {
    late = 1;
    const answer = await ask('q.two', permit, rate('seldom', 1));
    expect(answer).toMatchObject({ admitted: false, gate: 1, ahead: 0 });
    expect(answer.admitted ? 0 : answer.delay).toBeGreaterThan(500);
    expect(await open.gates.waiting('seldom')).toBe(1);
    expect(await isFree()).toBe(true);
  });

  it('do not matter where there is no rate', async () => {
    late = 1;
    asked = 0;
    expect(await ask('q.three', permit)).toMatchObject({ admitted: true });
    expect(asked).toBe(1);
  });

  it('of a store that is always so late are as good as any', async () => {
    late = Number.POSITIVE_INFINITY;
    for (let count = 0; count < 20; count++) await ask('q.four', rate('slow', 1_000));
    asked = 0;
    for (let count = 0; count < 5; count++) await ask('q.four', rate('slow', 1_000));
    late = 0;
    expect(asked).toBe(5);
  });
});
