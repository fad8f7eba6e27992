import type { TaskPolicy } from '../../tasks/options/task-policy.js';

/** Where an attempt runs: on this process's event loop, in a child process, or here with nothing else beside it. */
export type Place = 'here' | 'child' | 'alone';

/**
 * Decides where an attempt runs.
 *
 * @param suspect its last delivery died with its process
 * @param children the pool has child processes: for every call, for those that need one, or none at all
 */
export function placeOf(
  { isolate }: Pick<TaskPolicy, 'isolate'>,
  suspect: boolean,
  children: 'all' | 'some' | 'none',
): Place {
  if (children === 'all') return 'child';
  if (!isolate && !suspect) return 'here';
  return children === 'some' ? 'child' : 'alone';
}
