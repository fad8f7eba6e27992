import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { formatDuration } from '../tasks/duration.js';
import { printableBlock, printableLine } from '../tasks/encoder/printable.js';
import { type DeliveryEvent, type TaskEvent, TaskEvents } from '../tasks/events/task-events.js';

/** Writes what a person should know of calls to the log: nothing that goes wrong is silent. */
@Injectable()
export class TaskEventLog implements OnModuleInit {
  private readonly logger = new Logger('Tasks');

  constructor(private readonly events: TaskEvents) {}

  onModuleInit(): void {
    const { events, logger } = this;
    events.on('failed', (event) =>
      logger.error(`${describe(event)} failed for good: ${because(event)}`, stackOf(event)),
    );
    events.on('quarantined', (event) =>
      logger.error(`${describe(event)} was quarantined: ${because(event)}`),
    );
    events.on('retried', (event) =>
      logger.warn(`${describe(event)} failed, ${again(event)}: ${because(event)}`),
    );
    events.on('parked', (event) =>
      logger.warn(`${describe(event)} was parked, ${again(event)}: ${because(event)}`),
    );
    events.on('expired', (event) => logger.warn(`${describe(event)} ${because(event)} and did not run`));
    events.on('revoked', (event) => logger.log(`${describe(event)} ended revoked: ${because(event)}`));
    events.on('lost', (event) =>
      logger.warn(`${describe(event)} was lost by this worker: ${because(event)}`),
    );
    events.on('abandoned', (event) => logger.error(`${describe(event)} was abandoned: ${because(event)}`));
    events.on('result dropped', (event) =>
      logger.warn(`${describe(event)} succeeded, but ${because(event)}`),
    );
  }
}

const describe = ({ task, id }: TaskEvent): string => `"${task}" (${id})`;

const again = ({ delay = 0 }: DeliveryEvent): string =>
  delay < 1_000 ? 'again at once' : `again in ${formatDuration(Math.round(delay / 1_000) * 1_000)}`;

/** Whoever made an error or a call wrote it; a terminal must not obey it. */
const because = ({ reason = '' }: { readonly reason?: string }): string => printableLine(reason);

const stackOf = ({ record }: DeliveryEvent): string | undefined => record && printableBlock(record.stack);
