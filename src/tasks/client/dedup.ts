import type { Dedup, StoredJob } from '../broker-port.js';
import { queueOfId } from '../call-id.js';
import { keyFrom, keyOfArguments } from '../options/limits/key-of.js';
import type { TaskPolicy } from '../options/task-policy.js';
import { ENDED, readState, type TaskStateName } from '../result/task-state.js';

/**
 * How a call keeps others like it away; undefined: it does not.
 *
 * @throws {@link InvalidKeyError}
 */
export function dedupOf(task: string, policy: TaskPolicy, args: readonly unknown[]): Dedup | undefined {
  for (const kind of ['unique', 'throttle', 'debounce'] as const) {
    const option = policy[kind];
    if (!option) continue;
    const key = option.by ? keyFrom(task, `${kind}.by`, option.by, args) : keyOfArguments(args);
    return { key: `${task}:${key}`, kind, for: option.for };
  }
  return undefined;
}

/** Ends that leave the work undone: the next call may do it. */
const UNDONE: ReadonlySet<TaskStateName> = new Set(['failed', 'expired', 'revoked', 'quarantined']);

/**
 * Whether a call that holds a key may go on holding it. The store frees the key of a unique call that has ended, but does
 * not know of one that is expired or revoked before a worker has noticed.
 *
 * @param now the store's time
 */
export function mayHold({ kind, for: time }: Dedup, holder: StoredJob | null, now: number): boolean {
  // It runs, or has run: the newcomer is the last of a burst of its own.
  if (!holder || kind === 'debounce') return false;
  if (time !== null && now - holder.enqueuedAt >= time) return false;
  const { state } = readState(holder, queueOfId(holder.id), now);
  return !(kind === 'unique' ? ENDED : UNDONE).has(state);
}
