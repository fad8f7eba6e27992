import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CallDispatcher } from '../../src/typeorm/index.js';
import { Callers, FixtureTasks, Gates, Journal } from '../conformance/fixture-tasks.js';
import type { TestApp } from '../conformance/test-app.js';
import { newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import { createPlace, type Place } from './support/arrangement.js';
import { bootTransactional } from './support/boot.js';
import { median } from './support/median.js';

/** Told the id of the first call of a batch, before it is published. */
type Hold = (firstId: string) => Promise<unknown> | undefined;

describe('the dispatcher', () => {
  const journal = new Journal();
  const gates = new Gates();
  const namespaces: string[] = [];
  let apps: TestApp[] = [];
  let place: Place;

  const namespace = () => {
    const name = newNamespace();
    namespaces.push(name);
    return name;
  };
  const boot = async (own: string, hold?: Hold) => {
    const app = await bootTransactional(
      { ...place, namespace: own },
      { queues: { default: {}, broken: {}, sound: {} }, enqueueTimeout: '500ms', worker: true },
      [FixtureTasks, Callers, { provide: Journal, useValue: journal }, { provide: Gates, useValue: gates }],
      (backend) => {
        const honest = backend.addJobs.bind(backend);
        backend.addJobs = async (jobs) => {
          await hold?.(String(jobs[0]?.jobId));
          return honest(jobs);
        };
        return backend;
      },
    );
    apps.push(app);
    return app;
  };
  const commit = async (app: TestApp, queue = 'default') => {
    const key = randomUUID();
    const { tasks } = app.get(Callers);
    await app
      .get(DataSource)
      .transaction((transaction) => tasks.echo.within(transaction).applyAsync([key], { queue }));
    return key;
  };
  const backlog = (app: TestApp) => app.get(CallDispatcher).backlog();
  const away: Hold = () => Promise.reject(new Error('the broker is away'));

  beforeAll(async () => {
    place = await createPlace('Redis');
  });
  afterEach(async () => {
    await Promise.all(apps.map((app) => app.close()));
    apps = [];
  });
  afterAll(async () => {
    await place?.erase();
    for (const name of namespaces) await eraseNamespace(place.broker, name);
  });

  it('does not leave a call to polling because another process is publishing its queue', async () => {
    const own = namespace();
    let next: Hold | undefined;
    const slow = await boot(own, (id) => {
      const held = next?.(id);
      next = undefined;
      return held;
    });
    const quick = await boot(own);
    const times: number[] = [];
    for (let round = 0; round < 15; round++) {
      const gate = randomUUID();
      const publishing = new Promise<void>((resolve) => {
        next = () => {
          resolve();
          return gates.enter(gate);
        };
      });
      const theirs = await commit(slow);
      await Promise.race([publishing, journal.written(theirs)]);
      const ours = await commit(quick);
      next = undefined;
      gates.release(gate);
      const released = performance.now();
      await journal.written(ours);
      times.push(performance.now() - released);
      await journal.written(theirs);
    }
    expect(median(times)).toBeLessThan(200);
  });

  it('goes on with other queues when one cannot be published', async () => {
    const own = namespace();
    const partial = await boot(own, (id) => (id.startsWith('broken.') ? away(id) : undefined));
    const stuck = await commit(partial, 'broken');
    const sound = await commit(partial, 'sound');
    await journal.written(sound);
    await until(async () => (await backlog(partial)).waiting === 1);
    expect(journal.runs(stuck)).toBe(0);
    await boot(own);
    await journal.written(stuck);
  });

  it('tells how many calls wait, and since when', async () => {
    const own = namespace();
    const app = await boot(own, away);
    expect(await backlog(app)).toEqual({ waiting: 0, lag: 0 });
    for (let n = 0; n < 3; n++) await commit(app);
    const { waiting, lag } = await backlog(app);
    expect(waiting).toBe(3);
    expect(lag).toBeGreaterThan(0);
    await until(async () => (await backlog(app)).lag > lag + 20);
    await boot(own);
    await until(async () => (await backlog(app)).waiting === 0);
    expect(await backlog(app)).toEqual({ waiting: 0, lag: 0 });
  });

  it('leaves the calls of other namespaces alone', async () => {
    const stranger = await boot(namespace(), away);
    const app = await boot(namespace());
    const strange = await commit(stranger);
    await journal.written(await commit(app));
    await until(async () => (await backlog(app)).waiting === 0);
    expect((await backlog(stranger)).waiting).toBe(1);
    expect(journal.runs(strange)).toBe(0);
  });
});
