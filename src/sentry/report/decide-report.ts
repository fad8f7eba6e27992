import { LockLostError, type TaskEventMap, type TaskOutcome } from '../../tasks/index.js';
import type { TaskRule } from '../options/resolve-sentry-options.js';

/** What can be reported of a delivery. */
type Ending = Pick<TaskEventMap[TaskOutcome], 'retries' | 'error' | 'expected'>;

/** Whether the end of a delivery makes an event. */
export function decideReport(name: TaskOutcome, ending: Ending, rule: TaskRule | false): boolean {
  if (!rule) return false;
  if (name === 'quarantined') return true;
  if (name !== 'failed' && name !== 'retried') return false;
  // What came of its lock is told by another event; what became of the call, by another worker.
  if (ending.expected || ending.error instanceof LockLostError) return false;
  return name === 'failed' || ending.retries + 1 >= rule.after;
}

/** Whether a loss makes one. A call whose process died runs again: it has not failed yet. */
export function decideLossReport(
  { how }: Pick<TaskEventMap['lost'], 'how'>,
  rule: TaskRule | false,
): boolean {
  if (!rule) return false;
  return how !== 'died' || rule.after <= 1;
}
