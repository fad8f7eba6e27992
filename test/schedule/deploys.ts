import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBroker } from '../../src/broker/index.js';
import type { Broker } from '../../src/tasks/broker-port.js';
import { readRecord } from '../../src/schedule/record/schedule-record.js';
import { brokerOptions, newNamespace, type Variant } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import { SchedulerProcess } from './support/scheduler-process.js';
import type { Declared } from './support/settings.js';
import { SlotLedger } from './support/slot-ledger.js';

const SECOND = 1_000;

/** What becomes of schedules when processes come and go, and the code changes. */
export function deploys(variant: Variant): void {
  describe(`deploys on ${variant.broker}`, () => {
    const broker = brokerOptions(variant);
    const namespace = newNamespace();
    let ledger: SlotLedger;
    let store: Broker;
    const running: SchedulerProcess[] = [];

    const start = async (declares: readonly Declared[]): Promise<SchedulerProcess> => {
      const options = {
        broker,
        namespace,
        queues: { default: { concurrency: 20 } },
        worker: { shutdownTimeout: '1s' },
      } as const;
      const started = SchedulerProcess.start({ options, file: ledger.file, declares });
      running.push(started);
      return started.ready();
    };
    const end = async (signal: NodeJS.Signals = 'SIGTERM') => {
      for (const each of running.splice(0)) await each.stop(signal);
    };
    const recordOf = async (id: string) => readRecord((await store.schedules.get(id)).schedule?.record);
    const now = async () => (await store.schedules.all()).now;

    beforeAll(async () => {
      ledger = new SlotLedger();
      store = createBroker({ broker, namespace });
      await store.open();
    });

    afterAll(async () => {
      await end('SIGKILL');
      await store.close();
      await eraseNamespace(broker, namespace);
      ledger.remove();
    });

    it('a restart while a slot is due loses none and doubles none', async () => {
      const always: Declared = { id: 'always', when: { every: '1s' }, misfire: 'all' };
      for (const signal of ['SIGTERM', 'SIGKILL', 'SIGKILL'] as const) {
        const runs = ledger.slots('always').size;
        await start([always]);
        await until(() => ledger.slots('always').size > runs + 1);
        // Right at a slot.
        await sleep(SECOND - ((await now()) % SECOND));
        await end(signal);
      }
      await start([always]);
      const restarted = await now();
      await until(async () => ((await recordOf('always'))?.cursor ?? 0) >= restarted);
      const cursor = (await recordOf('always'))?.cursor ?? 0;
      await until(() => ledger.slots('always').has(cursor));
      await end();
      const slots = ledger.slots('always');
      const sorted = [...slots.keys()].toSorted((a, b) => a - b);
      const [first = 0] = sorted;
      expect(sorted.filter((slot) => slot <= cursor)).toEqual(
        Array.from({ length: (cursor - first) / SECOND + 1 }, (_, index) => first + index * SECOND),
      );
      for (const calls of slots.values()) expect(calls.size).toBe(1);
    });

    it('after a downtime one run makes up for what was missed, or none, or each has its own', async () => {
      const policies = (['one', 'skip', 'all'] as const).map((misfire): Declared => {
        return { id: misfire, when: { every: '1s' }, misfire, misfireAfter: '1500ms' };
      });
      await start(policies);
      await until(() => policies.every(({ id }) => ledger.slots(id).size > 0));
      await end('SIGKILL');
      const down = await now();
      await sleep(5 * SECOND);
      const up = await now();
      await start(policies);
      const later = await now();
      await until(() =>
        policies.every(({ id }) => [...ledger.slots(id).keys()].some((slot) => slot > later)),
      );
      await end();
      const within = (id: string) =>
        [...ledger.slots(id).keys()].filter((slot) => slot > down + SECOND && slot < up - 2 * SECOND).length;
      expect(within('one')).toBe(0);
      expect(within('skip')).toBe(0);
      expect(within('all')).toBeGreaterThanOrEqual(1);
      expect((await recordOf('one'))?.missed).not.toBeNull();
      expect((await recordOf('all'))?.missed).toBeNull();
    });

    it('renamed, edited, removed: the old goes, the new begins after now, and no deploy fires one', async () => {
      const often = { when: { every: '1s' } } as const;
      await start([
        { id: 'old-name', ...often },
        { id: 'edited', ...often, with: 'before' },
        { id: 'nightly', when: '0 3 * * *' },
      ]);
      await until(() => ledger.slots('old-name').size > 0 && ledger.slots('before').size > 0);
      const before = await now();
      const old = running.splice(0);
      const nightly = await recordOf('nightly');
      await start([
        { id: 'new-name', ...often },
        { id: 'edited', ...often, with: 'after' },
        { id: 'nightly', when: '30 3 * * *', tz: 'Europe/Berlin' },
      ]);
      const deployed = await now();
      for (const each of old) await each.stop();
      await until(() => ledger.slots('new-name').size > 0 && ledger.slots('after').size > 1);
      await until(async () => (await recordOf('old-name'))?.undeclaredSince !== null);
      const rests = ledger.slots('old-name').size;
      // New schedules have no slot from before they were declared.
      for (const slot of ledger.slots('new-name').keys()) expect(slot).toBeGreaterThan(before);
      // The edited one went on: each slot has one run, with the arguments of either version.
      const edited = [...ledger.slots('before').keys(), ...ledger.slots('after').keys()];
      expect(new Set(edited).size).toBe(edited.length);
      const changed = await recordOf('nightly');
      expect(changed).toMatchObject({ fired: 0, definition: { when: { timezone: 'Europe/Berlin' } } });
      expect(changed?.cursor).toBeGreaterThanOrEqual(nightly?.cursor ?? 0);
      expect(changed?.due).toBeGreaterThan(deployed);
      const after = ledger.slots('new-name').size;
      await until(() => ledger.slots('new-name').size > after + 1);
      expect(ledger.slots('old-name').size).toBe(rests);
      await end();
    });

    it('a run that has not ended keeps the next away, or has it wait', async () => {
      await start([
        { id: 'skipping', when: { every: '1s' }, overlap: 'skip', with: 'lasting skipping' },
        { id: 'queueing', when: { every: '1s' }, overlap: 'queue', with: 'lasting queueing' },
      ]);
      await until(
        () => ledger.ticks('lasting skipping').length > 2 && ledger.ticks('lasting queueing').length > 2,
      );
      await end('SIGKILL');
      for (const which of ['lasting skipping', 'lasting queueing']) {
        const runs = ledger.ticks(which);
        for (const [index, run] of runs.entries()) {
          const next = runs[index + 1];
          if (next) expect(next.at - run.at).toBeGreaterThanOrEqual(1_400);
        }
      }
      expect((await recordOf('skipping'))?.skipped).not.toBeNull();
    });
  });
}
