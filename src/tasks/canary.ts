import type { TaskDefinition } from './registry/task-definition.js';
import { DEFAULT_POLICY } from './options/task-policy.js';

/** A task that every worker knows, and that does nothing: that it is done tells that its queue is served. */
export const CANARY = 'celeriac.canary';

class Canary {
  sing(): void {
    // Nothing to do.
  }
}

export const CANARY_DEFINITION: TaskDefinition = {
  name: CANARY,
  classRef: Canary,
  method: 'sing',
  schema: undefined,
  policy: { ...DEFAULT_POLICY, maxRetries: 0, softTimeLimit: null, timeLimit: 60_000 },
};
