import { InvalidOptionError } from '../../errors/configuration.errors.js';
import type { ResolvedQueue } from '../resolve-module-options.js';
import type { TaskPolicy } from '../task-policy.js';

/**
 * Refuses what cannot hold of a call that is being sent: two rules for what becomes of calls alike, and turns in a queue
 * that has none.
 *
 * @throws {@link InvalidOptionError}
 */
export function checkPlacing(
  subject: string,
  policy: TaskPolicy,
  queues: Readonly<Record<string, ResolvedQueue>>,
): void {
  const [first, second] = (['unique', 'debounce', 'throttle'] as const).filter(
    (option) => policy[option] !== null,
  );
  if (first && second) {
    throw new InvalidOptionError(
      subject,
      second,
      `is given beside ${first}, and each says what becomes of calls alike`,
      `Keep one of the two; set the other to null if a farther layer gives it.`,
    );
  }
  if (policy.fairBy && !queues[policy.queue]?.fair) {
    const queue = /^[A-Za-z_]\w*$/.test(policy.queue) ? policy.queue : JSON.stringify(policy.queue);
    throw new InvalidOptionError(
      subject,
      'fairBy',
      `is given, but the queue "${policy.queue}" is not fair`,
      `Declare queues: { ${queue}: { fair: true } } in TasksModule.`,
    );
  }
}
