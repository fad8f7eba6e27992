import { parseCall } from '../../tasks/client/parse-call.js';
import { formatDuration } from '../../tasks/duration.js';
import { findJsonProblem } from '../../tasks/encoder/plain-json.js';
import {
  display,
  InvalidOptionError,
  UndeclaredQueueError,
} from '../../tasks/errors/configuration.errors.js';
import {
  duration,
  type Fields,
  integer,
  oneOf,
  type Parser,
  parseFields,
  text,
} from '../../tasks/options/option-parsers.js';
import { queueName } from '../../tasks/options/resolve-policy.js';
import type { ResolvedOptions } from '../../tasks/options/resolve-module-options.js';
import type { TaskDefinition } from '../../tasks/registry/task-definition.js';
import { cronExpression, nextSlot, timezone, type When } from '../slots/index.js';
import { DEFAULT_BEHAVIOUR, type ScheduleDefinition } from '../record/schedule-definition.js';
import type { At, Every, NewSchedule } from './schedule-options.js';

/** A schedule that is about to be stored. */
export interface ScheduleRequest extends Omit<NewSchedule, 'task'> {
  readonly id?: string;
}

/** A task, as far as it is known in this process. */
export type ScheduledTask = Pick<TaskDefinition, 'name'> & Partial<Pick<TaskDefinition, 'policy'>>;

/** Ids become parts of those of calls. */
export const scheduleId = text(
  /^[\w.-]{1,100}$/,
  'The id of a schedule has 1 to 100 letters, digits, ".", "_" or "-".',
);

/** Twice as often, and there would be no time to do anything about it. */
const SHORTEST_PERIOD = 1_000;

const moment: Parser<number> = (value, subject, field) => {
  if (value instanceof Date && Number.isFinite(value.getTime())) return value.getTime();
  throw new InvalidOptionError(subject, field, `is ${display(value)}`, 'Pass a valid Date.');
};

const period: Parser<number> = (value, subject, field) => {
  const milliseconds = duration(value, subject, field);
  if (milliseconds >= SHORTEST_PERIOD) return milliseconds;
  throw new InvalidOptionError(subject, field, `is ${display(value)}`, `It must be at least '1s'.`);
};

const FIELDS = {
  id: scheduleId,
  when: ((value) => value) as Parser<unknown>,
  with: ((value, subject, field) => {
    if (!Array.isArray(value))
      throw new InvalidOptionError(subject, field, `is ${display(value)}`, 'Pass an array of arguments.');
    const problem = findJsonProblem(value, 'with');
    if (!problem) return value as unknown[];
    const found = `holds ${problem.problem} at ${problem.path}`;
    throw new InvalidOptionError(subject, field, found, 'Pass plain JSON; pass an id instead of an object.');
  }) as Parser<readonly unknown[]>,
  tz: timezone,
  misfire: oneOf('skip', 'one', 'all'),
  misfireAfter: duration,
  overlap: oneOf('allow', 'skip', 'queue'),
  jitter: duration,
  startsAt: moment,
  endsAt: moment,
  limit: integer(1, 1_000_000_000),
  expires: duration,
  priority: oneOf('high', 'normal', 'low'),
  queue: queueName,
};

type Parsed = { [K in keyof typeof FIELDS]?: ReturnType<(typeof FIELDS)[K]> };

/**
 * What a schedule is, from what was asked for.
 *
 * @param subject `schedule "nightly" (ImageTasks.clean)`
 * @throws {@link InvalidOptionError}, {@link UndeclaredQueueError}
 */
export function resolveSchedule(
  subject: string,
  request: ScheduleRequest,
  { name, policy }: ScheduledTask,
  options: ResolvedOptions,
): ScheduleDefinition {
  const parsed = parseFields(request, FIELDS as unknown as Fields<ScheduleRequest>, subject) as Parsed;
  const queue = parsed.queue ?? policy?.queue;
  if (queue === undefined)
    throw new InvalidOptionError(
      subject,
      'queue',
      `is missing, and the task "${name}" is not known in this process`,
      'Name the queue of the task.',
    );
  const declared = Object.keys(options.queues);
  if (!declared.includes(queue)) throw new UndeclaredQueueError(subject, queue, declared);
  const { id: _id, when: _when, with: args = [], tz: _tz, queue: _queue, ...behaviour } = parsed;
  const when = whenOf(subject, request.when, parsed);
  const definition: ScheduleDefinition = {
    ...DEFAULT_BEHAVIOUR,
    ...behaviour,
    task: name,
    queue,
    args,
    when,
  };
  checkTimes(subject, definition);
  // What cannot be called is refused now, and not at its first slot.
  parseCall(name, callOptionsOf(definition), policy, options, 0);
  return definition;
}

/** The options of the calls of a schedule. */
export const callOptionsOf = ({ queue, expires, priority }: ScheduleDefinition) => ({
  queue,
  ...(expires !== null && { expires: formatDuration(expires) }),
  ...(priority !== null && { priority }),
});

function whenOf(subject: string, when: unknown, { tz, startsAt }: Parsed): When {
  if (typeof when === 'string') return { cron: cronExpression(when, subject, 'when'), timezone: tz ?? 'UTC' };
  if (tz !== undefined)
    throw new InvalidOptionError(subject, 'tz', 'is given without a cron expression', 'Leave it out.');
  if (typeof when === 'object' && when !== null && 'at' in when)
    return { at: moment((when as At).at, subject, 'at') };
  if (typeof when === 'object' && when !== null && 'every' in when)
    return { every: period((when as Every).every, subject, 'every'), from: startsAt ?? 0 };
  throw new InvalidOptionError(
    subject,
    'when',
    `is ${display(when)}`,
    `Write a cron expression ('0 3 * * *'), { every: '10m' } or { at: date }.`,
  );
}

function checkTimes(subject: string, { when, jitter, startsAt, endsAt }: ScheduleDefinition): void {
  if (startsAt !== null && endsAt !== null && startsAt > endsAt)
    throw new InvalidOptionError(subject, 'endsAt', 'is before startsAt', 'Exchange the two.');
  if ('every' in when && jitter >= when.every)
    throw new InvalidOptionError(
      subject,
      'jitter',
      `(${formatDuration(jitter)}) is not below the time between two slots (${formatDuration(when.every)})`,
      'Lower it.',
    );
  if (startsAt !== null && nextSlot(when, startsAt - 1) === undefined && !('at' in when))
    throw new InvalidOptionError(subject, 'startsAt', 'leaves no slot', 'Choose an earlier time.');
}
