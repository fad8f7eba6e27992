import { describe, expect, it } from 'vitest';
import { ResultTimeoutError, TaskEvents } from '../../src/index.js';
import { until } from '../support/until.js';
import { expectRuns, type Fixture, stateOf } from './fixture.js';

export function results(f: Fixture): void {
  describe('results', () => {
    it.each([
      [null],
      [0],
      [''],
      [false],
      [[]],
      [{}],
      ['text'],
      [{ $celeriac: 'expired', reason: 'a lookalike' }],
    ])('a result of %j comes back as it is', async (value) => {
      expect(await (await f.tasks.echo.delay(f.key(), value)).get()).toEqual(value);
    });

    it('no result comes back as null', async () => {
      expect(await (await f.tasks.echo.delay(f.key())).get()).toBeNull();
    });

    it.each(['date', 'nul', 'large', 'function'] as const)(
      'a result that cannot be stored (%s) neither fails nor repeats the task',
      async (what) => {
        const key = f.key();
        const warnings: string[] = [];
        const stop = f.app
          .get(TaskEvents)
          .on('result dropped', ({ id, reason }) => warnings.push(`${id} ${reason}`));
        const result = await f.tasks.returns.delay(key, what);
        expect(await result.get()).toBeNull();
        stop();
        expect(await result.state()).toMatchObject({ state: 'succeeded', resultDropped: true });
        expectRuns(f, key, 1);
        expect(warnings.filter((warning) => warning.startsWith(result.id))).toHaveLength(1);
      },
    );

    it('a failure carries the class, message and stack of what was thrown', async () => {
      const result = await f.tasks.selective.delay(f.key(), 'second');
      const error = await result.get().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        name: 'TaskFailedError',
        state: 'failed',
        errorName: 'SecondKind',
        task: 'selective',
      });
      expect(error).toMatchObject({ reason: 'SecondKind: two' });
      expect((error as { remoteStack: string }).remoteStack).toContain('selective');
    });

    it.each(['string', 'hostile', 'unstorable'] as const)(
      'whatever is thrown (%s) is stored and retried',
      async (kind) => {
        const key = f.key();
        const result = await f.tasks.throwsValue.delay(key, kind);
        const error = await result.get().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ name: 'TaskFailedError', state: 'failed' });
        expect((error as Error).message).not.toMatch(/\0|[\ud800-\udfff]/u);
        expectRuns(f, key, 2);
      },
    );

    it('get() gives up after its timeout; the call goes on', async () => {
      const key = f.key();
      const result = await f.tasks.gated.delay(key);
      await f.journal.written(key);
      const waiting = result.get({ timeout: f.variant.lying ? '1s' : '50ms' });
      await expect(waiting).rejects.toThrow(ResultTimeoutError);
      await expect(waiting).rejects.toMatchObject({ state: 'running' });
      f.gates.release(key);
      expect(await result.get()).toBe(key);
    });

    it('get() inside a task throws, with the reason', async () => {
      expect(await (await f.tasks.nested.delay(f.key())).get()).toBe('ResultInsideTaskError');
    });

    it('state() follows a call from queued over running to its end', async () => {
      const key = f.key();
      const queued = await f.tasks.echo.applyAsync([key], { queue: 'idle' });
      expect(await queued.state()).toMatchObject({
        state: 'queued',
        task: 'echo',
        queue: 'idle',
        attempts: 0,
      });

      const result = await f.tasks.gated.delay(key);
      await f.journal.written(key);
      const running = await result.state();
      expect(running).toMatchObject({ state: 'running', attempts: 1, finishedAt: undefined });
      expect(running?.startedAt).toBeInstanceOf(Date);
      f.gates.release(key);
      await result.get();
      const done = await result.state();
      expect(done).toMatchObject({ state: 'succeeded', attempts: 1, reason: undefined });
      expect(done?.finishedAt?.getTime()).toBeGreaterThanOrEqual(done?.startedAt?.getTime() ?? Infinity);
    });

    it('progress shows while the call runs', async () => {
      const key = f.key();
      const result = await f.tasks.progressing.delay(key);
      await f.journal.written(key);
      expect((await result.state())?.progress).toEqual({ done: 3, of: 7 });
      f.gates.release(key);
      await result.get();
    });

    it('Ignore ends the call ignored, with its reason and without a retry', async () => {
      const key = f.key();
      const result = await f.tasks.ignored.delay(key);
      await until(async () => (await stateOf(result)) === 'ignored');
      expect((await result.state())?.reason).toBe('nothing to do');
      expectRuns(f, key, 1);
    });
  });
}
