import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CallDispatcher } from '../../src/typeorm/index.js';
import { Callers, FixtureTasks, Gates, Journal } from '../conformance/fixture-tasks.js';
import type { TestApp } from '../conformance/test-app.js';
import { until } from '../support/until.js';
import type { Fate, ProducerOptions } from './fixtures/producer.js';
import { type Arrangement, createPlace, type Place } from './support/arrangement.js';
import { bootIn, bootTransactional } from './support/boot.js';
import { Child } from './support/child.js';
import { execute } from './support/execute.js';

describe.each<Arrangement>(['Redis', 'another database'])(
  'a producer with the broker in %s',
  (arrangement) => {
    const journal = new Journal();
    const providers = [FixtureTasks, Callers, { provide: Journal, useValue: journal }, Gates];
    let place: Place;
    let children: Child[] = [];
    let apps: TestApp[] = [];

    const start = (fate: Fate, options: Partial<ProducerOptions> = {}) => {
      const child = Child.start('producer', { place, fate, ...options });
      children.push(child);
      return child.said('ready');
    };
    /** A worker that publishes what others left behind. */
    const rescue = async () => {
      const app = await bootTransactional(place, { worker: true }, providers);
      apps.push(app);
      return app;
    };
    const stored = async (): Promise<number> => {
      const app = await bootIn(place, {}, []);
      const { waiting } = await app.broker.counts('default');
      await app.close();
      return waiting;
    };
    const waiting = () => execute(place.databaseUrl, 'SELECT FROM shop.celeriac_call');
    const keys = (count: number) => Array.from({ length: count }, () => randomUUID());
    const runs = (of: readonly string[]) => of.map((key) => journal.runs(key));

    beforeEach(async () => {
      [children, apps] = [[], []];
      place = await createPlace(arrangement);
    });
    afterEach(async () => {
      for (const child of children) await child.kill();
      for (const app of apps) await app.close();
      await place?.erase();
    });

    it('that dies between commit and publication loses no call: another process publishes it', async () => {
      const own = keys(3);
      const producer = await start('dies after its commit');
      producer.send({ commit: own, thenMeetFate: true });
      expect(await producer.exited).toBe('SIGKILL');
      expect(producer.messages).not.toContain('committed');
      expect([(await waiting()).length, await stored()]).toEqual([3, 0]);

      const app = await rescue();
      for (const key of own) await journal.written(key);
      await until(async () => (await app.get(CallDispatcher).backlog()).waiting === 0);
      expect(runs(own)).toEqual([1, 1, 1]);
    });

    it('that dies between publication and deletion makes no call run twice', async () => {
      const own = keys(3);
      const producer = await start('dies before it deletes');
      producer.send({ commit: own, thenMeetFate: true });
      expect(await producer.exited).toBe('SIGKILL');
      expect([(await waiting()).length, await stored()]).toEqual([3, 3]);

      const app = await rescue();
      for (const key of own) await journal.written(key);
      await until(async () => (await app.get(CallDispatcher).backlog()).waiting === 0);
      // One that comes after them has run, so they would have run again.
      const result = await app
        .get(DataSource)
        .transaction((transaction) => app.get(Callers).tasks.echo.within(transaction).delay(randomUUID()));
      await result.get();
      expect(runs(own)).toEqual([1, 1, 1]);
    });

    it('that freezes while it publishes a queue holds it up for no longer than it may be silent', async () => {
      const [first, second, third] = [keys(3), keys(3), keys(3)];
      const producer = await start('freezes before it deletes', { enqueueTimeout: '500ms' });
      producer.send({ commit: first, thenMeetFate: true });
      await producer.said('freezing');

      const app = await rescue();
      await app.get(DataSource).transaction(async (transaction) => {
        for (const key of second) await app.get(Callers).tasks.echo.within(transaction).delay(key);
      });
      for (const key of [...first, ...second]) await journal.written(key);
      await until(async () => (await app.get(CallDispatcher).backlog()).waiting === 0);

      producer.signal('SIGCONT');
      producer.messages.length = 0;
      producer.send({ commit: third });
      await producer.said('committed');
      for (const key of third) await journal.written(key);
      expect(runs([...first, ...second, ...third])).toEqual(Array.from({ length: 9 }, () => 1));
    });
  },
);
