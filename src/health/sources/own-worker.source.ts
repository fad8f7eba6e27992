import type { HealthSource } from '../../tasks/health/health-source.js';

/** Whether the worker of this process takes work: a rollout waits for it. */
export const ownWorkerSource = (worker: { readonly consuming: boolean }): HealthSource => ({
  key: 'worker',
  dependsOn: ['broker'],
  probes: ['ready'],
  check: () =>
    Promise.resolve(
      worker.consuming
        ? { status: 'up' }
        : { status: 'down', message: 'the worker of this process takes no work' },
    ),
});
