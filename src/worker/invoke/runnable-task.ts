import type { TaskDefinition } from '../../tasks/registry/task-definition.js';
import type { Attempt } from '../run/attempt.js';

/** A task this worker can run. */
export interface RunnableTask {
  readonly definition: TaskDefinition;
  /** Calls the method, with the enhancers around it, for one attempt. */
  invoke(attempt: Attempt): unknown;
}
