import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type TaskEvent, TaskEvents, TaskInstruments } from '../../src/index.js';
import { readWorkerState } from '../../src/tasks/worker-state.js';
import { until } from '../support/until.js';
import type { Fixture } from './fixture.js';

/** What can be seen of workers and queues from anywhere. */
export function watching(fixture: Fixture): void {
  describe('presence', () => {
    it('those who say that they are there are there, until they take leave or are forgotten', async () => {
      const { presence } = fixture.app.broker;
      const id = (name: string) => `test ${fixture.key()} ${name}`;
      const [stays, leaves, goes] = [id('a'), id('b'), id('c')];
      await presence.beat(stays, { number: 1 }, 60_000);
      await presence.beat(leaves, { number: 2 }, 60_000);
      await presence.beat(goes, { number: 3 }, 50);
      await presence.leave(leaves);
      await presence.leave(leaves);
      const there = async () =>
        (await presence.beats()).filter((beat) => [stays, leaves, goes].includes(beat.id));
      await until(async () => (await there()).length === 1);
      const [beat] = await there();
      expect(beat).toMatchObject({ id: stays, state: { number: 1 } });
      expect(beat?.age).toBeGreaterThanOrEqual(0);
      await presence.beat(stays, { number: 4 }, 60_000);
      expect(await there()).toMatchObject([{ state: { number: 4 } }]);
      await presence.leave(stays);
    });

    it('a worker says what it consumes and knows', async () => {
      const { presence } = fixture.app.broker;
      const states = async () =>
        (await presence.beats()).flatMap(({ id, state }) => readWorkerState(id, state) ?? []);
      await until(async () => (await states()).length > 0);
      const [state] = await states();
      expect(state).toMatchObject({
        kind: 'worker',
        pool: 'async',
        pausedFor: [],
      });
      expect(Object.keys(state?.queues ?? {}).toSorted()).toEqual(['default', 'ranked', 'serial']);
      expect(state?.tasks).toContain('echo');
      expect(state?.tasks).not.toContain('celeriac.canary');
    });
  });

  describe('the state of a queue', () => {
    const state = () => fixture.app.broker.queueState('idle');

    it('counts, and tells for how long its oldest call has been due: from its eta, not from when it was stored', async () => {
      const before = await state();
      const key = fixture.key();
      const taskId = (name: string) => ({ queue: 'idle', taskId: `${name}-${randomUUID()}` });
      const first = await fixture.service.call('echo', [key], taskId('first'));
      await fixture.service.call('echo', [key], { ...taskId('later'), countdown: '1h' });
      const soon = await fixture.service.call('echo', [key], { ...taskId('soon'), countdown: '1s' });
      const seen = await state();
      expect(seen.waiting).toBe(before.waiting + 1);
      expect(seen.delayed).toBe(before.delayed + 2);
      expect(seen).toMatchObject({ active: 0, failed: 0, paused: false });
      expect(seen.next).toBeTruthy();
      expect(seen.oldestDue).toBeGreaterThanOrEqual(0);
      // Nobody consumes the queue, so nobody makes it ready.
      await until(async () => (await state()).overdue > 0);
      for (const { id } of [first, soon]) await fixture.service.result(id).revoke();
    });
  });

  describe('listeners and instruments', () => {
    it('are told of a call from its sending to its end, in order', async () => {
      const events = fixture.app.get(TaskEvents);
      const told: string[] = [];
      let id = '';
      const listen = (name: string) => (event: TaskEvent) => void (event.id === id && told.push(name));
      const removals = (['started', 'returned', 'succeeded'] as const).map((name) =>
        events.on(name, listen(name)),
      );
      let headersSeen: Readonly<Record<string, string>> = {};
      const tracing = { on: true };
      fixture.app.get(TaskInstruments).add({
        publish: (_, send) => send(tracing.on ? { 'x-trace': 'abc' } : {}),
        run: (call, code) => {
          if (call.id === id && tracing.on) {
            told.push('around');
            headersSeen = call.headers;
          }
          return code();
        },
      });
      id = `default.watched-${randomUUID()}`;
      const call = await fixture.tasks.echo.applyAsync([fixture.key()], {
        taskId: id.slice('default.'.length),
        headers: { own: '1' },
      });
      await call.get({ timeout: '20s' });
      await until(() => told.includes('succeeded'));
      tracing.on = false;
      removals.forEach((remove) => remove());
      expect(told.filter((name, index) => told.indexOf(name) === index)).toEqual([
        'started',
        'around',
        'returned',
        'succeeded',
      ]);
      expect(headersSeen).toEqual({ own: '1', 'x-trace': 'abc' });
    });
  });
}
