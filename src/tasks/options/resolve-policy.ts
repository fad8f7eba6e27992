import { formatDuration } from '../duration.js';
import { InvalidOptionError, UndeclaredQueueError } from '../errors/configuration.errors.js';
import { LIMIT_FIELDS } from './limits/limit-parsers.js';
import {
  boolean,
  duration,
  errorClasses,
  type Fields,
  integer,
  limit,
  nullableInteger,
  oneOf,
  parseFields,
  text,
} from './option-parsers.js';
import type { TaskDefaults } from './task-options.js';
import { DEFAULT_POLICY, type PolicyDraft, type PolicyOverrides, type TaskPolicy } from './task-policy.js';

const MOST_RETRIES = 1_000_000;

/** Queue names become parts of ids and keys, so they are kept simple. */
export const queueName = text(
  /^[A-Za-z0-9_-]{1,64}$/,
  'A queue name has 1 to 64 letters, digits, "_" or "-".',
);

export const OVERRIDE_FIELDS: Fields<Required<PolicyOverrides>> = {
  maxRetries: nullableInteger(0, MOST_RETRIES),
  retryBackoff: duration,
  retryBackoffMax: duration,
  retryJitter: boolean,
  softTimeLimit: limit,
  timeLimit: limit,
  acks: oneOf('late', 'early'),
  onWorkerLost: oneOf('redeliver', 'fail'),
  crashBudget: integer(1, MOST_RETRIES),
};

export const POLICY_FIELDS: Fields<PolicyDraft> = {
  ...OVERRIDE_FIELDS,
  ...LIMIT_FIELDS,
  queue: queueName,
  autoretryFor: errorClasses,
  dontAutoretryFor: errorClasses,
  throws: errorClasses,
  maxDeliveries: integer(1, MOST_RETRIES),
  isolate: boolean,
};

/**
 * The policy of a task from its layers, farthest first (module, class, task).
 *
 * @throws {@link InvalidOptionError} naming the subject, the field and the fix
 * @throws {@link UndeclaredQueueError}
 */
export function resolvePolicy(
  subject: string,
  layers: readonly (TaskDefaults | undefined)[],
  declaredQueues: readonly string[],
): PolicyDraft {
  const policy = layers.reduce<PolicyDraft>(
    (base, layer) => ({ ...base, ...parseFields(layer, POLICY_FIELDS, subject) }),
    DEFAULT_POLICY,
  );
  if (!declaredQueues.includes(policy.queue)) {
    throw new UndeclaredQueueError(subject, policy.queue, declaredQueues);
  }
  checkConsistency(subject, policy);
  checkCrashBudget(subject, layers);
  return policy;
}

/**
 * A crash budget asks for redelivery. A layer that asks for none wins over one that is farther away.
 *
 * @throws {@link InvalidOptionError}
 */
export function checkCrashBudget(
  subject: string,
  layers: readonly (PolicyOverrides | TaskDefaults | undefined)[],
): void {
  const nearest = (given: (layer: PolicyOverrides | TaskDefaults) => boolean) =>
    layers.findLastIndex((layer) => layer !== undefined && given(layer));
  const budget = nearest(({ crashBudget }) => crashBudget !== undefined);
  const acks = nearest((layer) => layer.acks !== undefined);
  const onWorkerLost = nearest((layer) => layer.onWorkerLost !== undefined);
  const against =
    layers[acks]?.acks === 'early' && budget >= acks
      ? `acks: 'early'`
      : layers[onWorkerLost]?.onWorkerLost === 'fail' && budget >= onWorkerLost
        ? `onWorkerLost: 'fail'`
        : undefined;
  if (budget < 0 || against === undefined) return;
  throw new InvalidOptionError(
    subject,
    'crashBudget',
    `is given with ${against}, which fails the call at the first crash`,
    'Leave out one of the two.',
  );
}

/** A task's policy with the overrides of one call. The combination is checked by the caller. */
export function overridePolicy(policy: TaskPolicy, overrides: PolicyOverrides): TaskPolicy {
  return Object.keys(overrides).length === 0 ? policy : { ...policy, ...overrides };
}

/** Refuses combinations that cannot work. @throws {@link InvalidOptionError} */
export function checkConsistency(
  subject: string,
  policy: Pick<TaskPolicy, 'softTimeLimit' | 'timeLimit' | 'retryBackoff' | 'retryBackoffMax'>,
): void {
  const { softTimeLimit: soft, timeLimit: hard, retryBackoff, retryBackoffMax } = policy;
  if (soft !== null && hard !== null && soft > hard) {
    throw new InvalidOptionError(
      subject,
      'softTimeLimit',
      `(${formatDuration(soft)}) is above timeLimit (${formatDuration(hard)}), so it would never be reached`,
      'Lower softTimeLimit, raise timeLimit, or set one of them to null.',
    );
  }
  if (retryBackoff > retryBackoffMax) {
    throw new InvalidOptionError(
      subject,
      'retryBackoff',
      `(${formatDuration(retryBackoff)}) is above retryBackoffMax (${formatDuration(retryBackoffMax)})`,
      'Lower retryBackoff or raise retryBackoffMax.',
    );
  }
}
