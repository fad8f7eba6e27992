import { type CronExpression, CronExpressionParser } from 'cron-parser';
import { display, InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import { cronFields } from './cron-fields.js';

/** The days and times of a cron expression on a clock that never changes; times are wall times. */
export class Calendar {
  private constructor(
    private readonly expression: CronExpression,
    readonly hour: 'fixed' | 'wildcard',
  ) {}

  static read(cron: string): Calendar {
    const { fields, hour } = cronFields(cron);
    const expression = CronExpressionParser.parse(fields.join(' '), { tz: 'UTC' });
    return new Calendar(expression, /^[*?]/.test(hour) ? 'wildcard' : 'fixed');
  }

  /** The first match after `wall`. */
  next(wall: number): number | undefined {
    return this.match('next', wall);
  }

  /** The last match before `wall`. */
  previous(wall: number): number | undefined {
    return this.match('prev', wall);
  }

  private match(direction: 'next' | 'prev', wall: number): number | undefined {
    this.expression.reset(new Date(wall));
    try {
      return this.expression[direction]().getTime();
    } catch {
      // It gives up after ten thousand steps, some hundred years: there is none.
      return undefined;
    }
  }
}

const MOST_KEPT = 1_000;
const calendars = new Map<string, Calendar>();

/** @throws {@link InvalidOptionError} for an expression that cannot be read. */
export function calendarOf(cron: string, subject = 'schedule', field = 'cron'): Calendar {
  const kept = calendars.get(cron);
  if (kept) return kept;
  const calendar = readable(cron, subject, field);
  const [oldest] = calendars.keys();
  if (calendars.size >= MOST_KEPT && oldest !== undefined) calendars.delete(oldest);
  calendars.set(cron, calendar);
  return calendar;
}

function readable(cron: string, subject: string, field: string): Calendar {
  try {
    return Calendar.read(cron);
  } catch (error) {
    const { message } = error as Error;
    // The only case of a day that never comes which cron-parser finds itself: that of a single month.
    if (message.includes('day of month definition')) throw neverDue(cron, subject, field);
    throw new InvalidOptionError(
      subject,
      field,
      `is ${display(cron)}, not a cron expression (${message})`,
      `Write minute, hour, day of month, month and day of week, such as '0 3 * * *'; seconds may come first.`,
    );
  }
}

export function neverDue(cron: string, subject: string, field: string): InvalidOptionError {
  return new InvalidOptionError(
    subject,
    field,
    `is ${display(cron)}, which never happens`,
    'None of its months has such a day: change the day of month or the month.',
  );
}
