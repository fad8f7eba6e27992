import { Logger } from '@nestjs/common';
import { storable } from '../encoder/well-formed-text.js';
import type { TaskScope } from './task-scope.js';

const LONGEST_LINE = 4_096;

/**
 * A logger that names the task and the call, and keeps each line with the call in the broker, where a
 * dashboard shows it. Celery: `get_task_logger`.
 *
 * @publicApi
 */
export class TaskLog {
  private readonly logger: Logger;

  constructor(private readonly scope: TaskScope) {
    this.logger = new Logger(`${scope.name} ${scope.id}`);
  }

  debug(message: string): void {
    this.logger.debug(message);
    this.keep('DEBUG', message);
  }

  log(message: string): void {
    this.logger.log(message);
    this.keep('LOG', message);
  }

  warn(message: string): void {
    this.logger.warn(message);
    this.keep('WARN', message);
  }

  error(message: string): void {
    this.logger.error(message);
    this.keep('ERROR', message);
  }

  private keep(level: string, message: string): void {
    this.scope.appendLog(storable(`${level} ${message}`, LONGEST_LINE)).catch((error: unknown) => {
      this.logger.debug(`A log line could not be kept with the call: ${String(error)}`);
    });
  }
}
