import type { EnvelopeOptions } from '../../tasks/envelope/envelope.js';
import { overridePolicy } from '../../tasks/options/resolve-policy.js';
import type { PolicyOverrides, TaskPolicy } from '../../tasks/options/task-policy.js';
import type { RunnableTask } from '../invoke/runnable-task.js';
import type { RunnableTasks } from '../invoke/runnable-tasks.js';
import type { Stage } from './arrival.js';
import { park } from './park.js';

/** Finds the task a call names. One that is unknown here may be known to a newer or an older worker. */
export function route(tasks: RunnableTasks, parkFor: number): Stage {
  return (arrival) => {
    const { delivery, envelope } = arrival;
    const task = tasks.get(delivery.name);
    if (!task) return park(arrival, `no worker here knows the task "${delivery.name}"`, parkFor);
    arrival.task = task;
    arrival.policy = policyOf(task, envelope?.options ?? {});
    return undefined;
  };
}

function policyOf({ definition }: RunnableTask, options: EnvelopeOptions): TaskPolicy {
  if (Object.keys(options).length === 0) return definition.policy;
  return overridePolicy(definition.policy, callOverrides(options));
}

/** The part of a task's policy that a call overrides. */
export function callOverrides(options: EnvelopeOptions): PolicyOverrides {
  const { eta: _eta, expires: _expires, nonce: _nonce, ...overrides } = options;
  return overrides;
}
