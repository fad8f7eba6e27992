import { InvalidOptionError } from '../../errors/configuration.errors.js';
import type { PolicyDraft, TaskPolicy } from '../task-policy.js';
import type { BreakerPolicy, BreakerSpec, RateLimitDraft, RateLimitPolicy } from './limit-policy.js';
import type { RateSpec } from './rate.js';

/** The limits that TasksModule declares by name. */
export interface SharedLimits {
  readonly rateLimits: Readonly<Record<string, RateSpec>>;
  readonly breakers: Readonly<Record<string, BreakerSpec>>;
}

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/**
 * Looks up what a task's limits name, and names those of its own: by the task, further ones with a number. A shared
 * limit of such a name takes the place of the task's own.
 *
 * @throws {@link InvalidOptionError}
 */
export function bindLimits(
  subject: string,
  task: string,
  draft: PolicyDraft,
  shared: SharedLimits,
): TaskPolicy {
  return {
    ...draft,
    rateLimit: draft.rateLimit.map((limit, index) => bindRate(subject, task, limit, index, shared)),
    breaker: draft.breaker === null ? null : bindBreaker(subject, task, draft.breaker, shared),
  };
}

function bindRate(
  subject: string,
  task: string,
  { limit, ...rest }: RateLimitDraft,
  index: number,
  { rateLimits }: SharedLimits,
): RateLimitPolicy {
  if (typeof limit === 'string') {
    const rate = own(rateLimits, limit);
    if (!rate) throw undeclared(subject, 'rateLimit', limit, 'rateLimits', `'50/m'`);
    return { ...rest, name: limit, rate };
  }
  const name = index === 0 ? task : `${task}#${index + 1}`;
  return { ...rest, name, rate: own(rateLimits, name) ?? limit };
}

function bindBreaker(
  subject: string,
  task: string,
  breaker: string | BreakerSpec,
  { breakers }: SharedLimits,
): BreakerPolicy {
  const name = typeof breaker === 'string' ? breaker : task;
  const spec = own(breakers, name) ?? breaker;
  if (typeof spec === 'string') throw undeclared(subject, 'breaker', name, 'breakers', '{ failures: 5 }');
  return { ...spec, name };
}

const undeclared = (subject: string, field: string, name: string, where: string, example: string) =>
  new InvalidOptionError(
    subject,
    field,
    `names ${JSON.stringify(name)}, which TasksModule does not declare`,
    `Add ${where}: { ${JSON.stringify(name)}: ${example} } to TasksModule.forRoot().`,
  );
