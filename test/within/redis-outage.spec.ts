import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrokerUnavailableError, type TaskResult } from '../../src/index.js';
import { CallDispatcher } from '../../src/typeorm/index.js';
import { Callers, FixtureTasks, Gates, Journal } from '../conformance/fixture-tasks.js';
import type { TestApp } from '../conformance/test-app.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { createPlace, type Place } from './support/arrangement.js';
import { bootIn, bootTransactional } from './support/boot.js';
import { LONG } from './support/long.js';
import { median, milliseconds } from './support/median.js';

const DOWNTIME = LONG ? 30_000 : 4_000;
const COMMITS = LONG ? 500 : 60;

describe('transactions while Redis is down', () => {
  const journal = new Journal();
  let redis: RedisServer;
  let place: Place;
  let producer: TestApp;
  let worker: TestApp;

  beforeAll(async () => {
    redis = await startRedis('--appendonly', 'yes', '--appendfsync', 'always');
    place = { ...(await createPlace('Redis')), broker: { type: 'redis', url: redis.url } };
    producer = await bootTransactional(place, { enqueueTimeout: '1s' }, [Callers]);
    worker = await bootIn(place, { worker: true }, [
      FixtureTasks,
      Callers,
      { provide: Journal, useValue: journal },
      Gates,
    ]);
  });

  afterAll(async () => {
    await producer?.close();
    await worker?.close();
    await place?.erase();
    await redis?.stop();
  });

  it(`commit as ever, and all calls of ${COMMITS} of them arrive once when it is back`, async ({
    annotate,
  }) => {
    const commit = (key: string) =>
      producer
        .get(DataSource)
        .transaction((transaction) => producer.get(Callers).tasks.echo.within(transaction).delay(key, key));
    const timed = async (keys: readonly string[], pause: number) => {
      const times: number[] = [];
      const results: TaskResult[] = [];
      for (const key of keys) {
        const began = performance.now();
        results.push(await commit(key));
        times.push(performance.now() - began);
        await sleep(pause);
      }
      return { times, results };
    };
    const keys = Array.from({ length: COMMITS }, () => randomUUID());
    const before = await timed(
      Array.from({ length: 20 }, () => randomUUID()),
      5,
    );

    const backlog = async () => (await producer.get(CallDispatcher).backlog()).waiting;
    await until(async () => (await backlog()) === 0);
    await redis.kill('SIGTERM');
    const { times, results } = await timed(keys, DOWNTIME / COMMITS);
    const waiting = await backlog();
    await expect(results[0]?.state()).rejects.toThrow(BrokerUnavailableError);
    await redis.start();
    const back = performance.now();

    for (const key of keys) await journal.written(key, 1, 30_000);
    const caughtUp = performance.now() - back;
    expect(waiting).toBe(COMMITS);
    await until(async () => (await backlog()) === 0);
    expect(await Promise.all(results.map((result) => result.get()))).toEqual(keys);
    expect(keys.map((key) => journal.runs(key))).toEqual(keys.map(() => 1));
    await annotate(
      `a commit took p50 ${milliseconds(median(before.times))} with Redis, ${milliseconds(median(times))} without, ` +
        `at most ${milliseconds(Math.max(...times))}; all had arrived ${milliseconds(caughtUp)} after it was back`,
    );
    expect(median(times)).toBeLessThan(500);
  }, 120_000);
});
