import { Inject, Injectable, Logger, type LogLevel, type OnModuleInit, Optional } from '@nestjs/common';
import { printableLine } from '../tasks/encoder/printable.js';
import {
  type DeliveryEvent,
  type TaskEvent,
  TaskEvents,
  type TaskOutcome,
} from '../tasks/events/task-events.js';
import { type LogFacts, writeWith } from '../tasks/log/log-facts.js';
import { CurrentLogger } from './current-logger.js';
import { LOGGING_OPTIONS, type ResolvedLoggingOptions } from './logging-options.js';
import { ALWAYS, GONE_WELL, levelOf, outcomeLine } from './outcome-line.js';

/** A call that went well may be told of at the end of the turn, beside a hundred others. */
const UNHURRIED: ReadonlySet<TaskOutcome> = new Set(GONE_WELL);

interface How {
  readonly stack?: string | undefined;
  readonly late?: boolean;
}

/** Writes what becomes of calls to the log, one line for each outcome: nothing that goes wrong is silent. */
@Injectable()
export class TaskEventLog implements OnModuleInit {
  private readonly logger = new Logger('Tasks');

  constructor(
    private readonly events: TaskEvents,
    @Optional() @Inject(LOGGING_OPTIONS) private readonly options?: ResolvedLoggingOptions,
  ) {}

  onModuleInit(): void {
    const { events, options } = this;
    events.onEach([...ALWAYS, ...(options?.succeeded ? GONE_WELL : [])], (outcome, event) =>
      this.tell(outcome, event),
    );
    events.on('lost', (event) => this.note('warn', event, 'was lost by this worker:', event.reason));
    events.on('abandoned', (event) => this.note('error', event, 'was abandoned:', event.reason));
    events.on('result dropped', (event) => this.note('warn', event, 'succeeded, but', event.reason));
  }

  private tell(outcome: TaskOutcome, event: DeliveryEvent): void {
    const level = levelOf(outcome, event);
    // Most calls go well: what nobody reads is not made.
    if (!CurrentLogger.writes(level)) return;
    const { message, stack, facts } = outcomeLine(outcome, event);
    this.write(level, message, facts, { stack, late: UNHURRIED.has(outcome) });
  }

  private note(level: LogLevel, { task, id, queue }: TaskEvent, what: string, reason: string): void {
    const message = `"${printableLine(task)}" (${printableLine(id)}) ${what} ${printableLine(reason)}`;
    this.write(level, message, { task, call: id, queue });
  }

  private write(level: LogLevel, message: string, facts: LogFacts, { stack, late = false }: How = {}): void {
    const write = () =>
      stack === undefined ? this.logger[level](message) : this.logger[level](message, stack);
    writeWith(facts, write, { late });
  }
}
