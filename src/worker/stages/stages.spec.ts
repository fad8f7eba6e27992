import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../tasks/broker-port.js';
import { encodeParking, encodeSnooze } from '../../tasks/envelope/stored-outcome.js';
import { DEFAULT_POLICY } from '../../tasks/options/task-policy.js';
import { RunnableTasks } from '../invoke/runnable-tasks.js';
import type { Arrival } from './arrival.js';
import { checkEta } from './check-eta.js';
import { checkExpiry } from './check-expiry.js';
import { decode as decodeStage } from './decode.js';
import { parkingDelay } from './park.js';
import { route } from './route.js';

const NOW = 1_790_000_000_000;
const DAY = 86_400_000;
const envelope = (options: object = {}) => ({ v: 1, args: [], headers: {}, options });

function arrival(delivery: Partial<Delivery>, rest: Partial<Arrival> = {}): Arrival {
  const base = {
    id: 'q.1',
    queue: 'q',
    name: 'known',
    data: envelope(),
    retries: 0,
    losses: 0,
    deliveries: 1,
    enqueuedAt: NOW,
  };
  return { now: NOW, delivery: { reason: undefined, ...base, ...delivery } as Delivery, ...rest };
}

describe('decode', () => {
  const decode = decodeStage(7 * DAY);

  it('lets an envelope pass, and keeps it', () => {
    const at = arrival({});
    expect(decode(at)).toBeUndefined();
    expect(at.envelope).toEqual(envelope());
  });

  it('quarantines what nobody could run', () => {
    expect(decode(arrival({ data: { unreadable: '{' } }))).toMatchObject({
      name: 'quarantined',
      settlement: { kind: 'fail' },
    });
  });

  it('parks what a newer worker could run', () => {
    expect(decode(arrival({ data: { v: 2 } }))).toMatchObject({
      name: 'parked',
      settlement: { kind: 'defer' },
    });
  });
});

describe('route', () => {
  const tasks = new RunnableTasks();
  const definition = {
    name: 'known',
    policy: DEFAULT_POLICY,
    classRef: Object,
    method: 'm',
    schema: undefined,
  };
  tasks.add({ definition, invoke: () => undefined });
  const stage = route(tasks, 7 * DAY);

  it('finds the task, and applies the overrides of the call but nothing else', () => {
    const at = arrival({}, { envelope: envelope({ maxRetries: 9, eta: 1, nonce: 'n' }) });
    expect(stage(at)).toBeUndefined();
    expect(at.task?.definition).toBe(definition);
    expect(at.policy).toEqual({ ...DEFAULT_POLICY, maxRetries: 9 });
  });

  it('parks a task unknown here, at first for five seconds', () => {
    expect(stage(arrival({ name: 'other' }, { envelope: envelope() }))).toMatchObject({
      name: 'parked',
      delay: 5_000,
      settlement: { kind: 'defer', reason: encodeParking(NOW, 'no worker here knows the task "other"') },
    });
  });

  it('remembers since when it is parked, and quarantines it after parkFor', () => {
    const since = (time: number) =>
      arrival({ name: 'other', reason: encodeParking(time, 'x') }, { envelope: envelope() });
    expect(stage(since(NOW - DAY))).toMatchObject({ name: 'parked', delay: 300_000 });
    expect(stage(since(NOW - 7 * DAY))).toMatchObject({ name: 'quarantined' });
    expect(stage(arrival({ name: 'other', reason: encodeSnooze('x') }))).toMatchObject({
      name: 'parked',
      delay: 5_000,
    });
  });

  it('waits longer the longer it waits: 5 s to 5 min', () => {
    expect([0, 5_000, 20_000, 120_000, DAY].map(parkingDelay)).toEqual([
      5_000, 5_000, 10_000, 60_000, 300_000,
    ]);
  });
});

describe('the checks before the code', () => {
  const passed = (options: object, delivery: Partial<Delivery> = {}) =>
    arrival(delivery, { envelope: envelope(options), policy: { ...DEFAULT_POLICY, maxDeliveries: 3 } });

  it('eta: too early by a wrong clock goes back for the rest of its time', () => {
    expect(checkEta(passed({ eta: NOW + 20_000 }))).toMatchObject({
      settlement: { kind: 'defer', delay: 20_000 },
    });
    expect(checkEta(passed({ eta: NOW + 20 }))).toBeUndefined();
    expect(checkEta(passed({ eta: NOW - 1 }))).toBeUndefined();
    expect(checkEta(passed({}))).toBeUndefined();
  });

  it('expiry: not after, and not at, that moment', () => {
    expect(checkExpiry(passed({ expires: NOW }))).toMatchObject({
      name: 'expired',
      settlement: { kind: 'complete' },
    });
    expect(checkExpiry(passed({ expires: NOW + 1 }))).toBeUndefined();
    expect(checkExpiry(passed({}))).toBeUndefined();
  });
});
