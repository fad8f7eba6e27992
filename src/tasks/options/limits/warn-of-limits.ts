import { formatDuration } from '../../duration.js';
import type { ResolvedOptions } from '../resolve-module-options.js';
import type { TaskPolicy } from '../task-policy.js';

/** What of a task's limits is allowed, and will not do what it looks like. */
export function warnOfLimits(
  { name, policy }: { readonly name: string; readonly policy: TaskPolicy },
  { resultTtl }: Pick<ResolvedOptions, 'resultTtl'>,
): string[] {
  const { unique, throttle, timeLimit, maxRetries } = policy;
  const warnings: string[] = [];
  const warn = (option: string, problem: string, fix: string) =>
    warnings.push(`task "${name}": option "${option}" ${problem}. ${fix}`);

  const held = unique?.until === 'finished' ? unique.for : null;
  if (held !== null && (timeLimit === null || held < timeLimit)) {
    const runs = timeLimit === null ? 'no timeLimit' : `a timeLimit of ${formatDuration(timeLimit)}`;
    warn(
      'unique.for',
      `(${formatDuration(held)}) may pass while a call still runs (${runs}): another may begin meanwhile`,
      `Raise it above timeLimit, or use lock, which holds while a call runs.`,
    );
  }
  if (unique && unique.for === null && unique.until === 'finished' && maxRetries === null) {
    warn(
      'unique',
      'has no "for", and maxRetries is null: a call that never succeeds keeps others away for ever',
      `Give it a bound: unique: { for: '1d' }, or set maxRetries.`,
    );
  }
  if (throttle && throttle.for > resultTtl) {
    warn(
      'throttle.for',
      `(${formatDuration(throttle.for)}) is longer than resultTtl (${formatDuration(resultTtl)}): ` +
        `when the finished call is removed, the next one is added`,
      'Lower it, or raise resultTtl in TasksModule.',
    );
  }
  return warnings;
}
