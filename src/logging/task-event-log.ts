import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { formatDuration } from '../tasks/duration.js';
import { type DeliveryEvent, type TaskEvent, TaskEvents } from '../tasks/events/task-events.js';

/** Writes what a person should know of calls to the log: nothing that goes wrong is silent. */
@Injectable()
export class TaskEventLog implements OnModuleInit {
  private readonly logger = new Logger('Tasks');

  constructor(private readonly events: TaskEvents) {}

  onModuleInit(): void {
    const { events, logger } = this;
    events.on('failed', (event) =>
      logger.error(`${describe(event)} failed for good: ${event.reason}`, event.record?.stack),
    );
    events.on('quarantined', (event) => logger.error(`${describe(event)} was quarantined: ${event.reason}`));
    events.on('retried', (event) =>
      logger.warn(`${describe(event)} failed, ${again(event)}: ${event.reason}`),
    );
    events.on('parked', (event) =>
      logger.warn(`${describe(event)} was parked, ${again(event)}: ${event.reason}`),
    );
    events.on('expired', (event) => logger.warn(`${describe(event)} ${event.reason} and did not run`));
    events.on('revoked', (event) => logger.log(`${describe(event)} ended revoked: ${event.reason}`));
    events.on('lost', (event) => logger.warn(`${describe(event)} was lost by this worker: ${event.reason}`));
    events.on('abandoned', (event) => logger.error(`${describe(event)} was abandoned: ${event.reason}`));
    events.on('result dropped', (event) => logger.warn(`${describe(event)} succeeded, but ${event.reason}`));
  }
}

const describe = ({ task, id }: TaskEvent): string => `"${task}" (${id})`;

const again = ({ delay = 0 }: DeliveryEvent): string =>
  delay < 1_000 ? 'again at once' : `again in ${formatDuration(Math.round(delay / 1_000) * 1_000)}`;
