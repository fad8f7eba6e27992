import { formatDuration } from '../duration.js';
import { isStorable } from '../encoder/well-formed-text.js';
import type { EnvelopeOptions } from '../envelope/envelope.js';
import { display, InvalidOptionError, UndeclaredQueueError } from '../errors/configuration.errors.js';
import type { JobPriority } from '../broker-port.js';
import { duration, type Fields, type Parser, parseFields } from '../options/option-parsers.js';
import type { ResolvedOptions } from '../options/resolve-module-options.js';
import { checkConsistency, checkCrashBudget, OVERRIDE_FIELDS } from '../options/resolve-policy.js';
import { DEFAULT_POLICY, type PolicyOverrides, type TaskPolicy } from '../options/task-policy.js';
import type { CallOptions, TaskPriority } from './call-options.js';

/** A call's options, resolved; times are the store's. */
export interface ParsedCall {
  readonly queue: string;
  readonly delay: number;
  readonly priority: JobPriority;
  readonly taskId: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly envelope: EnvelopeOptions;
}

const PRIORITIES: Record<TaskPriority, JobPriority> = { high: 1, normal: 2, low: 3 };
const NO_HEADERS = Object.freeze({});

const moment: Parser<number> = (value, subject, field) => {
  const time = value instanceof Date ? value.getTime() : Number.NaN;
  if (Number.isFinite(time)) return time;
  throw new InvalidOptionError(subject, field, `is ${display(value)}`, 'Pass a valid Date.');
};

const headers: Parser<Record<string, string>> = (value, subject, field) => {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
  const wrong = entries?.find(
    ([key, item]) => typeof item !== 'string' || !isStorable(item) || !isStorable(key),
  );
  if (entries && !wrong) return value as Record<string, string>;
  throw new InvalidOptionError(
    subject,
    field,
    wrong ? `has ${display(wrong[1])} as ${display(wrong[0])}` : `is ${display(value)}`,
    'Headers are an object of strings, without \\u0000 and lone surrogates.',
  );
};

interface CallFields extends Required<PolicyOverrides> {
  countdown: number;
  eta: number;
  expires: { at: number } | { after: number };
  priority: TaskPriority;
  queue: string;
  taskId: string;
  headers: Record<string, string>;
}

const CALL_FIELDS: Fields<CallFields> = {
  ...OVERRIDE_FIELDS,
  countdown: duration,
  eta: moment,
  expires: (value, subject, field) =>
    value instanceof Date
      ? { at: moment(value, subject, field) }
      : { after: duration(value, subject, field) },
  priority: (value, subject, field) => {
    if (typeof value === 'string' && Object.hasOwn(PRIORITIES, value)) return value as TaskPriority;
    throw new InvalidOptionError(subject, field, `is ${display(value)}`, `Use 'high', 'normal' or 'low'.`);
  },
  queue: (value) => String(value),
  taskId: (value, subject, field) => {
    if (typeof value === 'string') return value;
    throw new InvalidOptionError(subject, field, `is ${display(value)}`, 'Pass a string.');
  },
  headers,
};

/** The call of `delay()`: no options at all. */
export function plainCall(queue: string, options: ResolvedOptions): ParsedCall {
  const priority = options.queues[queue]?.priorities ? PRIORITIES.normal : 0;
  return { queue, delay: 0, priority, taskId: undefined, headers: NO_HEADERS, envelope: {} };
}

/**
 * Checks the options of one call against the task's policy and the module.
 *
 * @param now the store's time
 * @throws {@link InvalidOptionError}, {@link UndeclaredQueueError}
 */
export function parseCall(
  task: string,
  raw: CallOptions,
  policy: TaskPolicy | undefined,
  options: ResolvedOptions,
  now: number,
): ParsedCall {
  const subject = `call of "${task}"`;
  const {
    countdown,
    eta,
    expires,
    priority,
    queue,
    taskId,
    headers: sent,
    ...overrides
  } = parseFields(raw, CALL_FIELDS, subject);
  const target = queue ?? policy?.queue ?? DEFAULT_POLICY.queue;
  const declared = Object.hasOwn(options.queues, target) ? options.queues[target] : undefined;
  if (!declared) throw new UndeclaredQueueError(subject, target, Object.keys(options.queues));
  if (countdown !== undefined && eta !== undefined) {
    throw new InvalidOptionError(subject, 'eta', 'is given beside countdown', 'Pass one of them.');
  }
  const wait = policy?.debounce?.for;
  if (wait !== undefined && (countdown !== undefined || eta !== undefined)) {
    throw new InvalidOptionError(
      subject,
      eta === undefined ? 'countdown' : 'eta',
      'is given, but the task is debounced, which says when its calls begin',
      'Leave it out, or call a task without debounce.',
    );
  }
  if (priority !== undefined && !declared.priorities) {
    throw new InvalidOptionError(
      subject,
      'priority',
      `is "${priority}", but the queue "${target}" has no priorities`,
      `Declare queues: { ${JSON.stringify(target)}: { priorities: true } } in TasksModule.`,
    );
  }
  if (Object.keys(overrides).length > 0) {
    checkConsistency(subject, { ...(policy ?? DEFAULT_POLICY), ...overrides });
    const { acks, onWorkerLost } = policy ?? DEFAULT_POLICY;
    checkCrashBudget(subject, [{ acks, onWorkerLost }, overrides]);
  }

  const later = wait ?? countdown;
  const begin = eta ?? (later === undefined ? undefined : now + later);
  const end = expires && ('at' in expires ? expires.at : now + expires.after);
  if (begin !== undefined && end !== undefined && end < begin) {
    throw new InvalidOptionError(
      subject,
      'expires',
      `is ${formatDuration(begin - end)} before the call may begin`,
      wait === undefined
        ? 'Let it expire after its eta or countdown.'
        : 'Let it expire after the debounce of its task.',
    );
  }
  return {
    queue: target,
    delay: begin === undefined ? 0 : Math.max(0, begin - now),
    priority: declared.priorities ? PRIORITIES[priority ?? 'normal'] : 0,
    taskId,
    headers: sent ?? NO_HEADERS,
    envelope: {
      ...(begin !== undefined && { eta: begin }),
      ...(end !== undefined && { expires: end }),
      ...overrides,
    },
  };
}
