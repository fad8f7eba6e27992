import { describe, expect, it } from 'vitest';
import {
  AbandonedRuns,
  Revoked,
  TaskFailedError,
  TasksService,
  UnknownTaskIdError,
} from '../../src/index.js';
import { until } from '../support/until.js';
import { Callers } from './fixture-tasks.js';
import { expectRuns, type Fixture, stateOf } from './fixture.js';

export function revoking(f: Fixture): void {
  describe('revoking', () => {
    it('a waiting call is revoked with no worker up, from any process; it never runs', async () => {
      const own = { queues: { lonely: {} }, defaults: { queue: 'lonely' } };
      const producer = await f.another(own);
      const key = f.key();
      const result = await producer.get(Callers).tasks.echo.delay(key);
      const other = (await f.another(own, 'none')).get(TasksService).result(result.id);
      expect(await other.revoke()).toBe(true);
      expect(await result.state()).toMatchObject({ state: 'revoked', reason: 'on request', attempts: 0 });

      const worker = await f.another({ ...own, worker: { lockTime: f.variant.lying ? '2s' : '15s' } });
      await until(async () => (await result.state())?.finishedAt);
      expect(await result.state()).toMatchObject({ state: 'revoked', attempts: 0 });
      await expect(result.get()).rejects.toThrow(TaskFailedError);
      expectRuns(f, key, 0);
      await worker.close();
    });

    it('a delayed call is ended at once, not when its time has come', async () => {
      const key = f.key();
      const result = await f.tasks.echo.applyAsync([key], { countdown: '1h' });
      expect(await result.revoke()).toBe(true);
      await until(async () => (await result.state())?.finishedAt);
      expect(await stateOf(result)).toBe('revoked');
      expectRuns(f, key, 0);
    });

    it('the signal of a running call is aborted with Revoked, and it ends revoked', async () => {
      const key = f.key();
      const result = await f.tasks.obedient.delay(key);
      await f.journal.written(key);
      expect(await result.revoke()).toBe(true);
      await until(async () => (await stateOf(result)) === 'revoked');
      expect(await result.state()).toMatchObject({ reason: 'revoked while it ran', attempts: 1 });
      expectRuns(f, key, 1);
    });

    it('a running call that returns all the same ends revoked', async () => {
      const key = f.key();
      const result = await f.tasks.tellsReason.delay(key);
      await f.journal.written(key);
      await result.revoke();
      await until(() => f.journal.reasons.has(key));
      expect(f.journal.reasons.get(key)).toBeInstanceOf(Revoked);
      f.gates.release(key);
      await until(async () => (await stateOf(result)) === 'revoked');
    });

    it('terminate: code that does not end is not waited for', async () => {
      const own = { queues: { deaf: {} }, defaults: { queue: 'deaf' } };
      const app = await f.another({ ...own, worker: { lockTime: f.variant.lying ? '2s' : '15s' } });
      const key = f.key();
      const result = await app.get(Callers).tasks.gated.delay(key);
      await f.journal.written(key);
      await result.revoke({ terminate: true });
      await until(async () => (await stateOf(result)) === 'revoked');
      expect(app.get(AbandonedRuns).list()).toMatchObject([{ id: result.id }]);
      f.gates.release(key);
      await until(() => app.get(AbandonedRuns).list().length === 0);
      await app.close();
    });

    it('a call that is revoked while it runs, and fails before its worker has looked, is not retried', async () => {
      const key = f.key();
      const result = await f.tasks.failsWhenLet.delay(key);
      await f.journal.written(key);
      await result.revoke();
      f.gates.release(key);
      await until(async () => (await result.state())?.finishedAt);
      expect(await stateOf(result)).toBe('revoked');
      expectRuns(f, key, 1);
    });

    it('a call in its backoff is revoked', async () => {
      const key = f.key();
      const result = await f.tasks.slowBackoff.delay(key);
      await until(async () => (await stateOf(result)) === 'delayed');
      expect(await result.revoke()).toBe(true);
      await until(async () => (await result.state())?.finishedAt);
      expect(await stateOf(result)).toBe('revoked');
      expectRuns(f, key, 1);
    });

    it('one that had ended is left alone; one that never was is an error', async () => {
      const result = await f.tasks.echo.delay(f.key(), 1);
      await result.get();
      expect(await result.revoke()).toBe(false);
      expect(await stateOf(result)).toBe('succeeded');
      await expect(f.service.result(`default.${f.key()}`).revoke()).rejects.toThrow(UnknownTaskIdError);
    });
  });
}
