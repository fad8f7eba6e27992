import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerOptions } from '../../src/index.js';
import { createBroker } from '../../src/broker/index.js';
import type { Broker } from '../../src/tasks/broker-port.js';
import { readRecord } from '../../src/schedule/record/schedule-record.js';
import { brokerOptions, newNamespace, type Variant } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import { SchedulerProcess } from './support/scheduler-process.js';
import type { Declared, Settings } from './support/settings.js';
import { SlotLedger } from './support/slot-ledger.js';

const PROCESSES = 5;
const IDS = Array.from({ length: 10 }, (_, index) => `s${index}`);
const SECOND = 1_000;
/** Half of it is what a clock may be wrong by. */
const LOCK_TIME = 15_000;
const CLOCKS = [-7_000, -3_000, 0, 3_000, 7_000];
const LASTING = process.env['CELERIAC_LONG'] ? 30 * SECOND : 8 * SECOND;

/** Dead processes are started again, and what they held has its time. */
const LONGEST = LASTING + 120 * SECOND;

/** Five processes fire ten schedules, whatever happens to the processes. */
export function oncePerSlot(variant: Variant): void {
  describe(`five scheduler processes on ${variant.broker}`, () => {
    const broker: BrokerOptions = brokerOptions(variant);
    const namespace = newNamespace();
    let ledger: SlotLedger;
    let store: Broker;
    let running: SchedulerProcess[];

    const declares: Declared[] = IDS.map((id) => ({
      id,
      when: { every: '1s' },
      // None is missed by a process that is stopped while it has the schedule; another comes in time.
      misfireAfter: '1m',
    }));
    const settings = (deadly: number): Settings => ({
      deadly,
      file: ledger.file,
      declares,
      options: {
        broker,
        namespace,
        queues: { default: { concurrency: 20 } },
        worker: { lockTime: `${LOCK_TIME}ms`, shutdownTimeout: '2s' },
        // Calls are gone as soon as they have ended: an id alone would keep nothing away.
        resultTtl: '0s',
      },
    });
    const start = (index: number, deadly = 0) =>
      SchedulerProcess.start(settings(deadly), CLOCKS[index % CLOCKS.length]);

    beforeAll(async () => {
      ledger = new SlotLedger();
      store = createBroker({ broker, namespace });
      await store.open();
      running = Array.from({ length: PROCESSES }, (_, index) => start(index));
      for (const each of running) await each.ready();
    }, 120_000);

    afterAll(async () => {
      for (const each of running) await each.stop('SIGKILL');
      await store.close();
      await eraseNamespace(broker, namespace);
      ledger.remove();
    });

    const recordOf = async (id: string) => readRecord((await store.schedules.get(id)).schedule?.record);

    /** Every slot of this span was fired, once: it has one call, and the schedule counts no more of them. */
    const expectEachOnce = async (from: number, to: number) => {
      const wanted = Array.from({ length: (to - from) / SECOND + 1 }, (_, index) => from + index * SECOND);
      for (const id of IDS) {
        await until(
          () => wanted.every((slot) => ledger.slots(id).has(slot)),
          30_000,
          () =>
            `every slot of ${id} has run: missing ${wanted.filter((slot) => !ledger.slots(id).has(slot)).join(', ')}`,
        );
        for (const slot of wanted) expect(ledger.slots(id).get(slot)?.size).toBe(1);
        const record = await recordOf(id);
        expect(record).toMatchObject({ missed: null, skipped: null });
        // The slots from the first to the cursor, and not one more.
        const first = Math.min(...ledger.slots(id).keys());
        expect(record?.fired).toBe(((record?.cursor ?? 0) - first) / SECOND + 1);
      }
    };
    const now = async () => Math.floor((await store.schedules.all()).now / SECOND) * SECOND;

    it(
      'fire each slot once, with clocks that are wrong by up to half the lock time',
      async () => {
        const from = (await now()) + SECOND;
        await sleep(LASTING);
        await expectEachOnce(from, await now());
      },
      LONGEST,
    );

    it(
      'and while they are killed and stopped at random',
      async () => {
        const from = (await now()) + SECOND;
        const ends = performance.now() + LASTING;
        while (performance.now() < ends) {
          await sleep(300 + Math.random() * 900);
          const index = Math.floor(Math.random() * PROCESSES);
          const victim = running[index] as SchedulerProcess;
          if (Math.random() < 0.5) {
            await victim.stop('SIGKILL');
            running[index] = start(index);
          } else {
            victim.signal('SIGSTOP');
            setTimeout(() => victim.signal('SIGCONT'), 500 + Math.random() * 6_000);
          }
        }
        const to = await now();
        for (const each of running) each.signal('SIGCONT');
        await expectEachOnce(from, to);
      },
      LONGEST,
    );

    it(
      'and when they die with schedules in their hands',
      async () => {
        const replace = async (index: number, deadly: number) => {
          await running[index]?.stop('SIGKILL');
          running[index] = start(index, deadly);
        };
        const from = (await now()) + SECOND;
        for (const index of running.keys()) await replace(index, 0.1);
        let deaths = 0;
        const ends = performance.now() + LASTING;
        while (performance.now() < ends || deaths === 0) {
          await sleep(100);
          for (const [index, each] of running.entries()) {
            if (!each.ended) continue;
            deaths++;
            await replace(index, 0.1);
          }
        }
        const to = await now();
        for (const index of running.keys()) await replace(index, 0);
        await expectEachOnce(from, to);
      },
      LONGEST,
    );
  });
}
