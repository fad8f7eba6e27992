import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BrokerOptions, EnqueueTimeoutError, TaskWorker } from '../../src/index.js';
import { Retention } from '../../src/worker/retention.js';
import { Callers, FixtureTasks, Gates, Journal } from '../conformance/fixture-tasks.js';
import { newNamespace } from '../conformance/variant.js';
import { bootApp, type TestApp } from '../conformance/test-app.js';
import { until } from '../support/until.js';

/** A broker of the suite's own, and what can befall it. */
export interface Patient {
  readonly broker: BrokerOptions;
  /** The broker is away while something happens. */
  away(meanwhile: () => Promise<void>): Promise<void>;
  /** The broker stops answering while something happens, without a word. */
  silent(meanwhile: () => Promise<void>): Promise<void>;
  /** Every connection to it is cut. */
  cutConnections(): Promise<void>;
  stop(): Promise<void>;
}

/** What holds when the broker fails, whichever it is. */
export function outage(name: string, start: () => Promise<Patient>): void {
  describe(`when ${name} fails`, () => {
    const journal = new Journal();
    const gates = new Gates();
    const unhandled: unknown[] = [];
    let patient: Patient;
    let app: TestApp;

    beforeAll(async () => {
      process.on('unhandledRejection', (reason) => unhandled.push(reason));
      patient = await start();
      app = await bootApp(
        {
          broker: patient.broker,
          namespace: newNamespace(),
          queues: { default: { concurrency: 5 } },
          enqueueTimeout: '700ms',
          worker: { lockTime: '3s', shutdownTimeout: '1s' },
        },
        [FixtureTasks, Callers, { provide: Journal, useValue: journal }, { provide: Gates, useValue: gates }],
      );
    });

    afterAll(async () => {
      await app.close();
      await patient.stop();
      expect(unhandled).toEqual([]);
    });

    const tasks = () => app.get(Callers).tasks;
    const worksAgain = async (): Promise<void> => {
      const key = randomUUID();
      await until(
        () =>
          tasks()
            .echo.delay(key)
            .then(() => true),
        20_000,
      );
      await journal.written(key, 1, 20_000);
    };

    it('delay() gives the typed error within its bound while it is away; work resumes when it is back', async () => {
      await patient.away(async () => {
        const began = performance.now();
        const error = await tasks()
          .echo.delay(randomUUID())
          .catch((thrown: unknown) => thrown);
        expect(performance.now() - began).toBeLessThan(2_500);
        expect(error).toBeInstanceOf(EnqueueTimeoutError);
        expect(error).toMatchObject({
          mayExist: true,
          id: expect.stringMatching(/^default\./),
          task: 'echo',
        });
      });
      await worksAgain();
    });

    it('a call that was refused can be repeated with its id, and runs once', async () => {
      const key = randomUUID();
      let id = '';
      await patient.away(async () => {
        const error = await tasks()
          .echo.delay(key)
          .catch((thrown: unknown) => thrown);
        ({ id } = error as EnqueueTimeoutError);
      });
      const insist = () => tasks().echo.applyAsync([key], { taskId: id });
      await until(() => insist().then(() => true));
      await journal.written(key, 1, 20_000);
      expect(await insist()).toMatchObject({ id, duplicate: true });
      expect(journal.runs(key)).toBe(1);
    });

    it('delay() is bounded too when it hangs without a word', async () => {
      await patient.silent(async () => {
        const began = performance.now();
        await expect(tasks().echo.delay(randomUUID())).rejects.toThrow(EnqueueTimeoutError);
        expect(performance.now() - began).toBeLessThan(2_500);
      });
      await worksAgain();
    });

    it('a call that runs through a short outage ends once, with its result', async () => {
      const key = randomUUID();
      const result = await tasks().gated.delay(key);
      await journal.written(key);
      await patient.away(async () => gates.release(key));
      await until(async () => (await result.state())?.state === 'succeeded');
      expect(journal.runs(key)).toBe(1);
    });

    it('a shutdown ends while it hangs without a word: work, cleaning and connections are let go', async () => {
      const key = randomUUID();
      const leaving = await bootApp(
        {
          broker: patient.broker,
          namespace: newNamespace(),
          enqueueTimeout: '700ms',
          worker: { lockTime: '3s', shutdownTimeout: '500ms' },
        },
        [FixtureTasks, Callers, { provide: Journal, useValue: journal }, { provide: Gates, useValue: gates }],
      );
      leaving.get<Retention>(Retention).start(100);
      await leaving.get(Callers).tasks.gated.delay(key);
      await journal.written(key);
      await patient.silent(async () => {
        await sleep(200);
        const began = performance.now();
        await leaving.close();
        expect(performance.now() - began).toBeLessThan(11_000);
      });
      gates.release(key);
      await worksAgain();
    });

    it('work goes on after every connection was cut, without a restart', async () => {
      for (let round = 0; round < 3; round++) {
        await patient.cutConnections();
        await worksAgain();
      }
      expect(app.get(TaskWorker).consuming).toBe(true);
    });
  });
}
