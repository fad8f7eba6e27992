import { randomUUID } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { afterAll, beforeAll } from 'vitest';
import { type TaskClient, TasksService } from '../../../src/index.js';
import { Callers, FixtureTasks, Gates, Journal } from '../../conformance/fixture-tasks.js';
import type { TestApp } from '../../conformance/test-app.js';
import { until } from '../../support/until.js';
import { type Arrangement, createPlace, type Place } from './arrangement.js';
import { bootIn, bootTransactional } from './boot.js';

/** A producer that makes calls in its transactions, and a worker that runs them and knows of no transactions. */
export interface Fixture {
  readonly arrangement: Arrangement;
  readonly place: Place;
  readonly producer: TestApp;
  readonly journal: Journal;
  readonly gates: Gates;
  readonly tasks: TaskClient<FixtureTasks>;
  readonly service: TasksService;
  readonly db: DataSource;
  key(): string;
  readonly commit: <T>(work: (transaction: EntityManager) => Promise<T>) => Promise<T>;
  readonly rollBack: (work: (transaction: EntityManager) => Promise<unknown>) => Promise<void>;
  /** Waits until all that was committed to a queue so far has reached the broker; a call of its own tells. */
  published(queue: string): Promise<void>;
  /** Calls of a queue, with the broker or on their way to it; those of `published()` apart. */
  count(queue: string): Promise<number>;
}

/** Nobody consumes `idle` and `unused`. */
const QUEUES = {
  default: { concurrency: 20 },
  serial: { concurrency: 1 },
  ranked: { concurrency: 1, priorities: true },
  idle: {},
  unused: {},
};

class ThinkAgain extends Error {}

export function useArrangement(arrangement: Arrangement): Fixture {
  const journal = new Journal();
  const gates = new Gates();
  const markers = new Map<string, number>();
  let place: Place;
  let producer: TestApp;
  let worker: TestApp;

  beforeAll(async () => {
    place = await createPlace(arrangement);
    producer = await bootTransactional(place, { queues: QUEUES }, [Callers]);
    worker = await bootIn(place, { queues: QUEUES, worker: { queues: ['default', 'serial', 'ranked'] } }, [
      FixtureTasks,
      Callers,
      { provide: Journal, useValue: journal },
      { provide: Gates, useValue: gates },
    ]);
  });

  afterAll(async () => {
    await producer?.close();
    await worker?.close();
    await place?.erase();
  });

  const db = () => producer.get(DataSource);
  const inBroker = async (queue: string) => {
    const { waiting, delayed, active, completed, failed } = await producer.broker.counts(queue);
    return waiting + delayed + active + completed + failed;
  };
  const inTable = async (queue: string) => {
    const rows: unknown[] = await db().query('SELECT FROM celeriac_call WHERE queue = $1', [queue]);
    return rows.length;
  };
  const fixture: Fixture = {
    arrangement,
    journal,
    gates,
    get place() {
      return place;
    },
    get producer() {
      return producer;
    },
    get tasks() {
      return producer.get(Callers).tasks;
    },
    get service() {
      return producer.get(TasksService);
    },
    get db() {
      return db();
    },
    key: () => randomUUID(),
    commit: (work) => db().transaction(work),
    rollBack: async (work) => {
      const rolledBack = db().transaction(async (transaction) => {
        await work(transaction);
        throw new ThinkAgain();
      });
      await rolledBack.catch((error: unknown) => {
        if (!(error instanceof ThinkAgain)) throw error;
      });
    },
    published: async (queue) => {
      const call = (transaction: EntityManager) =>
        fixture.tasks.echo.within(transaction).applyAsync([randomUUID()], { queue });
      const { id } = await fixture.commit(call);
      markers.set(queue, (markers.get(queue) ?? 0) + 1);
      await until(
        async () => (await inTable(queue)) === 0 && (await producer.broker.read(queue, id)) !== null,
      );
    },
    count: async (queue) => (await inTable(queue)) + (await inBroker(queue)) - (markers.get(queue) ?? 0),
  };
  return fixture;
}
