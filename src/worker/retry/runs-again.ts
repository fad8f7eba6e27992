import type { TaskPolicy } from '../../tasks/options/task-policy.js';

/** Whether a call whose code was cut short by the end of its worker may run again. */
export const runsAgain = ({ acks, onWorkerLost }: Pick<TaskPolicy, 'acks' | 'onWorkerLost'>): boolean =>
  acks === 'late' && onWorkerLost === 'redeliver';
