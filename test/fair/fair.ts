import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { QueueOptions, TaskResult } from '../../src/index.js';
import { newNamespace, brokerOptions, type Variant } from '../conformance/variant.js';
import { startApp, type TestApp } from '../conformance/test-app.js';
import { until } from '../support/until.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { FairCallers, FairTasks, Starts } from './fair-tasks.js';
import { numberUpTo } from './number-up-to.js';

const repeat = (tenant: string, times: number): [string][] => Array.from({ length: times }, () => [tenant]);

export function fair(broker: Variant['broker']): void {
  describe(`turns on ${broker}`, () => {
    const variant: Variant = { broker, lying: false };
    let namespace: string;
    let starts: Starts;
    let apps: TestApp[];

    const start = async (queue: QueueOptions, worker = false): Promise<TestApp> => {
      const queues = { shared: { fair: true, ...queue } };
      const providers = [FairTasks, FairCallers, { provide: Starts, useValue: starts }];
      const app = await startApp(variant, { namespace, queues, worker }, providers);
      apps.push(app);
      return app;
    };
    const callers = (app: TestApp) => app.get(FairCallers).tasks;
    const numberOf = async (app: TestApp, { id }: TaskResult): Promise<number | undefined> => {
      const queue = app.broker.queueHandle('shared') as {
        getJob(id: string): Promise<{ opts: { priority?: number } }>;
      };
      return (await queue.getJob(id)).opts.priority;
    };

    beforeEach(() => {
      namespace = newNamespace();
      starts = new Starts();
      apps = [];
    });
    afterEach(async () => {
      for (const app of apps) await app.close();
      await eraseNamespace(brokerOptions(variant), namespace);
    });

    it('ten calls of one tenant wait for hardly any of the 10,000 of another', async () => {
      const concurrency = 4;
      const producer = await start({});
      await callers(producer).turn.delayMany(repeat('large', 10_000));
      await start({ concurrency }, true);
      await starts.reach(() => starts.of('large') >= 200);

      await callers(producer).turn.delayMany(repeat('small', 10));
      const asked = starts.order.length;
      await starts.reach(() => starts.of('small') === 10);
      const largeMeanwhile = starts.order
        .slice(asked, starts.order.lastIndexOf('small'))
        .filter((tenant) => tenant === 'large');
      // On an idle queue the last of them is the tenth to start. Those of the other that run already may go first.
      expect(largeMeanwhile.length).toBeLessThanOrEqual(10);
      expect(starts.of('large')).toBeLessThan(9_000);
    });

    it('two tenants with many calls each share the queue evenly, whoever came first', async () => {
      const producer = await start({});
      await callers(producer).turn.delayMany(repeat('one', 700));
      await callers(producer).turn.delayMany(repeat('other', 700));
      await start({ concurrency: 4 }, true);
      await starts.reach(() => starts.order.length >= 1_000);
      for (const [from, to] of [
        [0, 500],
        [500, 1_000],
      ] as const) {
        const share = starts.order.slice(from, to).filter((tenant) => tenant === 'one').length / (to - from);
        expect(share).toBeGreaterThan(0.4);
        expect(share).toBeLessThan(0.6);
      }
    });

    it('so do tenants that call one by one', async () => {
      const producer = await start({});
      for (let round = 0; round < 10; round++) {
        await Promise.all(repeat('many', 30).map(([tenant]) => callers(producer).turn.delay(tenant)));
        await callers(producer).turn.delay('few');
      }
      await start({ concurrency: 1 }, true);
      await starts.reach(() => starts.of('few') === 10);
      expect(starts.order.lastIndexOf('few')).toBeLessThan(40);
    });

    it('newcomers without end do not keep anyone waiting for ever', async () => {
      const producer = await start({});
      await callers(producer).turn.delayMany(repeat('patient', 100));
      const newcomers = Array.from({ length: 600 }, (_, index): [string] => [`newcomer ${index}`]);
      await callers(producer).turn.delayMany(newcomers);
      await start({ concurrency: 1 }, true);
      await starts.reach(() => starts.order.length >= 600);
      expect(starts.order.slice(0, 600).filter((tenant) => tenant === 'patient').length).toBeGreaterThan(12);
    });

    it('urgent calls come first, and take turns among themselves', async () => {
      const producer = await start({ priorities: true });
      const { turn } = callers(producer);
      await turn.delayMany(repeat('low', 5), { priority: 'low' });
      await turn.delayMany(repeat('normal', 5));
      await turn.delayMany(repeat('large', 50), { priority: 'high' });
      await turn.delayMany(repeat('small', 5), { priority: 'high' });
      await start({ priorities: true, concurrency: 1 }, true);
      await starts.reach(() => starts.order.length >= 65);
      expect(starts.order.slice(0, 10).filter((tenant) => tenant === 'small')).toHaveLength(5);
      expect(starts.order.slice(55)).toEqual([...Array(5).fill('normal'), ...Array(5).fill('low')]);
    });

    it('calls of tasks that name no tenant are those of one', async () => {
      const producer = await start({});
      await callers(producer).nobodys.delayMany(Array.from({ length: 100 }, () => []));
      await callers(producer).turn.delayMany(repeat('somebody', 5));
      await start({ concurrency: 1 }, true);
      await starts.reach(() => starts.of('somebody') === 5);
      expect(starts.order.length).toBeLessThan(11);
    });

    it('numbers begin anew before they run out, when nothing waits', async () => {
      const app = await start({});
      const first = await callers(app).turn.delay('one');
      expect(await numberOf(app, first)).toBe(17);
      await first.revoke();
      await start({}, true);
      await until(async () => (await first.state())?.finishedAt);
      await numberUpTo(brokerOptions(variant), namespace, 'shared', 2 ** 27 + 1);
      expect(await numberOf(app, await callers(app).turn.delay('one'))).toBe(17);
    });
  });
}
