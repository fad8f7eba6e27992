import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TasksService } from '../../src/index.js';
import type { TestApp } from '../conformance/test-app.js';
import { until } from '../support/until.js';
import type { Pool } from '../../src/index.js';
import type { Death } from './fixtures/counting-app.js';
import { createPlace, type Place } from './support/arrangement.js';
import { bootTransactional } from './support/boot.js';
import { Child } from './support/child.js';
import { execute } from './support/execute.js';
import { LONG } from './support/long.js';

const CALLS = LONG ? 200 : 9;
const WORKERS = 2;
const DEATHS: readonly Death[] = ['before the commit', 'after the commit', 'at the commit'];

describe.each<Pool>(['async', 'prefork'])(
  'completeWithin() in the %s pool, in processes that are killed',
  (pool) => {
    const running = new Set<Child>();
    let place: Place;
    let producer: TestApp;

    beforeAll(async () => {
      place = await createPlace('the same database');
      producer = await bootTransactional(place, {}, []);
      await execute(place.databaseUrl, 'CREATE TABLE shop.counter (key text NOT NULL)');
      await execute(place.databaseUrl, 'CREATE TABLE shop.death (key text PRIMARY KEY)');
    });

    afterAll(async () => {
      for (const child of running) await child.kill();
      await producer?.close();
      await place?.erase();
    });

    it(`of ${CALLS} calls whose process dies before, at or after the commit each has its effect once`, async () => {
      const over = new AbortController();
      const supervise = async () => {
        while (!over.signal.aborted) {
          const child = Child.start('counting-worker', { ...place, pool });
          running.add(child);
          await Promise.race([child.exited, until(() => over.signal.aborted, 600_000)]);
          await child.kill();
          running.delete(child);
        }
      };
      const keys = Array.from({ length: CALLS }, () => randomUUID());
      const results = [];
      for (const [n, key] of keys.entries()) {
        const death = DEATHS[n % DEATHS.length];
        results.push(await producer.get(TasksService).call('count', [key, death], { queue: 'default' }));
      }
      const workers = Promise.all(Array.from({ length: WORKERS }, supervise));
      try {
        for (const result of results) {
          await until(async () => (await result.state())?.state === 'succeeded', 300_000);
        }
      } finally {
        over.abort();
        await workers;
      }
      const counted = await execute<{ key: string }>(place.databaseUrl, 'SELECT key FROM shop.counter');
      expect(counted.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
      const died = await execute(place.databaseUrl, 'SELECT FROM shop.death');
      expect(died).toHaveLength(CALLS);
    }, 600_000);
  },
);
