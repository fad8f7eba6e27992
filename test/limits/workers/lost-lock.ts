import { describe, expect, it } from 'vitest';
import { until } from '../../support/until.js';
import { type Cast, figures } from './cast.js';

/** Longer than a process is stopped. */
const LASTS = 9_000;

/** Locks that are lost, and locks that are not waited for. */
export function lostLock(cast: () => Cast): void {
  describe('a lock', () => {
    it('that ran out while its process was stopped is known to be lost when that goes on', async () => {
      const { ledger, workforce } = cast();
      const rows = [
        { task: 'visitor', key: 'frozen code', reasons: ['PermitLostError'] },
        { task: 'locked', key: 'frozen call', reasons: ['PermitLostError', 'LockLostError'] },
      ];
      for (const { task, key } of rows) await cast().call(task, [key], LASTS);
      await until(() => rows.every(({ task, key }) => ledger.stays(task, key).length === 1));
      const firsts = rows.map(({ task, key }) => ledger.stays(task, key)[0]);
      const pids = new Set(firsts.map((first) => first?.pid ?? 0));
      for (const pid of pids) workforce.signal(pid, 'SIGSTOP');
      try {
        for (const { task, key } of rows) await cast().call(task, [key], 100);
        await until(() => rows.every(({ task, key }) => ledger.stays(task, key).length > 1));
      } finally {
        for (const pid of pids) workforce.signal(pid, 'SIGCONT');
      }
      for (const [index, { task, key, reasons }] of rows.entries()) {
        const first = firsts[index];
        await until(() => ledger.of('aborted', task, key).some(({ pid }) => pid === first?.pid));
        const [aborted] = ledger.of('aborted', task, key);
        const second = ledger.stays(task, key)[1];
        expect(reasons).toContain(aborted?.reason);
        expect(second?.pid).not.toBe(first?.pid);
        if (task === 'visitor') expect(second?.fence).toBeGreaterThan(first?.fence ?? 0);
        figures(`stopped: ${task}`, {
          reason: aborted?.reason,
          after: (second?.from ?? Infinity) - (first?.from ?? 0),
        });
      }
    });

    it('that another holds is waited for, or not, as the task says', async () => {
      const { ledger } = cast();
      const [held] = await cast().call('locked', ['once'], 1_500);
      await until(() => ledger.starts('locked', 'once').length === 1);
      const [waits] = await cast().call('locked', ['once']);
      const [dropped] = await cast().call('locked-or-dropped', ['once']);
      const [failed] = await cast().call('locked-or-failed', ['once']);
      await expect(failed?.get()).rejects.toMatchObject({ errorName: 'LockedError' });
      expect(await cast().ends(dropped ? [dropped] : [])).toEqual(['ignored']);
      expect(ledger.of('end', 'locked', 'once')).toHaveLength(0);
      await Promise.all([held?.get(), waits?.get()]);
      expect(ledger.starts('locked-or-dropped', 'once')).toEqual([]);
      expect(ledger.starts('locked-or-failed', 'once')).toEqual([]);
      const [first, second] = ledger.stays('locked', 'once');
      expect(second?.from).toBeGreaterThan(first?.to ?? Infinity);
    });
  });
}
