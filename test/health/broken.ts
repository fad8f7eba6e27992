import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Queue } from 'bullmq';
import { type BrokerOptions, Schedules, type TasksModuleOptions } from '../../src/index.js';
import type { Broker } from '../../src/tasks/broker-port.js';
import { createBroker } from '../../src/broker/index.js';
import { newNamespace, type Variant } from '../conformance/variant.js';
import { SchedulerProcess } from '../schedule/support/scheduler-process.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { WatchedApp } from './support/watched-app.js';
import { WorkerProcess } from './support/worker-process.js';

/** A store that a suite may break. */
interface Breakable {
  readonly options: BrokerOptions;
  /** Takes it away, does something, and brings it back. */
  outage(meanwhile: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

async function breakable(kind: Variant['broker']): Promise<Breakable> {
  if (kind === 'postgres') {
    const server = await OwnPostgres.start();
    return {
      options: { type: 'postgres', url: server.url },
      outage: (meanwhile) => server.restart(meanwhile),
      stop: () => server.stop(),
    };
  }
  const server = await startRedis();
  return {
    options: { type: 'redis', url: server.url },
    outage: async (meanwhile) => {
      await server.kill();
      await meanwhile();
      await server.start();
    },
    stop: () => server.stop(),
  };
}

/** Each way of being broken turns what is broken red, and nothing else; and green again. */
export function broken(kind: Variant['broker']): void {
  describe(`watching tasks on ${kind}`, () => {
    let store: Breakable;
    let options: TasksModuleOptions;
    let app: WatchedApp;
    let admin: Broker;
    const workers: WorkerProcess[] = [];

    const startWorker = async (queues = ['default', 'email'], scheduler = true): Promise<WorkerProcess> => {
      const worker = await WorkerProcess.start({
        ...options,
        scheduler,
        worker: { queues, heartbeat: '700ms', lockTime: '3s', watchdog: false, shutdownTimeout: '100ms' },
      });
      workers.push(worker);
      return worker;
    };
    const endWorkers = () => Promise.all(workers.splice(0).map((worker) => worker.end()));

    beforeAll(async () => {
      store = await breakable(kind);
      const queues = { default: { concurrency: 2 }, email: { priorities: true } };
      options = { broker: store.options, namespace: newNamespace(), queues };
      app = await WatchedApp.start(options);
      admin = createBroker({ broker: store.options, namespace: options.namespace ?? '' });
      await admin.open();
      await startWorker();
      await app.well();
    });

    afterAll(async () => {
      await endWorkers();
      await app?.close();
      await admin?.close();
      await store?.stop();
    });

    it('shows what there is', async () => {
      const roundTrip = async () => (await app.probe('tasks')).body.details['canary email']?.['roundTrip'];
      await until(async () => typeof (await roundTrip()) === 'number');
      const { body } = await app.probe('tasks');
      const { version } = body.details['broker'] as { version?: string };
      expect(version).toMatch(/^\d+\.\d+/);
      expect(body.details).toMatchObject({
        broker: { state: 'up', backend: kind, latency: expect.any(Number) },
        workers: {
          live: 1,
          silent: [],
          workers: [{ tasks: ['lasting', 'blocking'], queues: ['default', 'email'] }],
        },
        'queue default': { waiting: 0, failed: 0, consumers: 1 },
        'canary email': { roundTrip: expect.any(Number) },
      });
      expect((await app.probe('ready')).body.details).toEqual({ broker: { status: 'up', state: 'up' } });
      expect((await app.probe('startup')).status).toBe(200);
      const list = () => app.get(Schedules).list();
      await until(async () => (await list()).some(({ id }) => id === 'celeriac.health'));
      expect((await list()).find(({ id }) => id === 'celeriac.health')).toMatchObject({
        owner: 'package',
        task: 'looks at what is running, and sends canaries',
        last: { outcome: 'succeeded' },
      });
    });

    it('the broker goes down: it alone is red, the process lives on and is not ready', async () => {
      let bringBack: () => void = () => undefined;
      const repaired = new Promise<void>((resolve) => (bringBack = resolve));
      let outage: Promise<void> | undefined;
      // It may be seen to be down before it has ended.
      const takeAway = () => void (outage = store.outage(() => repaired));
      await app.onlyDown('broker', /it does not answer/, takeAway, async () => {
        expect((await app.probe('ready')).status).toBe(503);
        expect(JSON.stringify((await app.probe('ready')).body)).not.toMatch(/ECONN|127\.0\.0\.1|message/);
        expect((await app.are('unknown')).toSorted()).toEqual([
          'canary default',
          'canary email',
          'queue default',
          'queue email',
          'schedules',
          'workers',
        ]);
        bringBack();
        await outage;
      });
    });

    it('nobody fires schedules: the process that does is killed', async () => {
      // The others come before, and go in good order: nothing else is to be seen.
      const before = workers.splice(0);
      await startWorker(undefined, false);
      for (const each of before) await each.end('SIGTERM');
      const start = () =>
        SchedulerProcess.start({
          options: { ...options, scheduler: true },
          file: '/dev/null',
          declares: [],
        }).ready();
      let scheduler = await start();
      const schedules = app.get(Schedules);
      await schedules.upsert('beat', { task: 'lasting', with: [1], when: { every: '1s' } });
      await app.well();
      await app.onlyDown(
        'schedules',
        /"beat" is late by \d+s; no process fires schedules/,
        () => scheduler.stop('SIGKILL'),
        async () => void (scheduler = await start()),
      );
      await schedules.remove('beat');
      await scheduler.stop();
      const watched = workers.splice(0);
      await startWorker();
      for (const each of watched) await each.end('SIGTERM');
      await app.well();
    });

    it('a worker is killed', async () => {
      await app.onlyDown(
        'workers',
        /no worker takes calls of default, email; .* has been silent for/,
        endWorkers,
        () => startWorker(),
      );
    });

    it('a worker is stopped', async () => {
      const [worker] = workers;
      await app.onlyDown(
        'workers',
        /no worker takes calls of default, email/,
        () => worker?.signal('SIGSTOP'),
        () => worker?.signal('SIGCONT'),
      );
    });

    it('the event loop of a worker is blocked', async () => {
      await app.onlyDown('workers', /no worker takes calls of default, email/, () =>
        app.tasks.call('blocking', [6_000]),
      );
    });

    it('no worker takes the calls of a queue', async () => {
      const leaveOut = async () => {
        await startWorker(['default']);
        await workers.shift()?.end('SIGTERM');
      };
      await app.onlyDown('workers', /^no worker takes calls of email/, leaveOut, async () => {
        expect(await app.are('unknown')).toEqual(expect.arrayContaining(['queue email', 'canary email']));
        await startWorker(['email']);
      });
    });

    it('a queue is paused', async () => {
      const queue = admin.queueHandle('email') as Queue;
      await app.onlyDown(
        'queue email',
        /it is paused/,
        () => queue.pause(),
        () => queue.resume(),
      );
    });

    it('a consumer is stuck: what it runs takes all its room, and nothing moves', async () => {
      await app.onlyDown(
        'queue default',
        /calls have been due for .*, and no worker has begun any/,
        async () => {
          for (const time of [7_000, 7_000, 1]) await app.tasks.call('lasting', [time]);
        },
      );
    });
  });
}
