import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { InjectTasks, type TaskClient } from '../../tasks/index.js';
import { EmailTasks } from '../email.tasks.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { ENQUEUED } from './submission.sql.js';

/** What the call of a stored message is made from. */
export interface UncalledEmail {
  readonly id: string;
  readonly generation: number;
  readonly sendAt: Date | null;
}

/**
 * Calls the task of stored messages. The id of a call follows from its message, so calling twice is harmless.
 */
@Injectable()
export class EmailEnqueueService {
  private readonly logger = new Logger('EmailModule');

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    @InjectTasks(EmailTasks) private readonly tasks: TaskClient<EmailTasks>,
  ) {}

  /**
   * Calls the tasks of messages that are committed, and remembers it; how many calls the broker confirmed.
   * The rows of the others still say that no call was made, and the sweep makes it.
   */
  async enqueue(
    emails: readonly UncalledEmail[],
    manager: EntityManager = this.database.manager,
  ): Promise<number> {
    const results = await Promise.allSettled(emails.map((email) => this.call(email)));
    const calls = results.filter((result) => result.status === 'fulfilled').map((result) => result.value);
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) {
      this.logger.warn(
        `${emails.length - calls.length} e-mails are stored but not yet enqueued; the sweep tries again: ` +
          String(failure.reason),
      );
    }
    if (calls.length === 0) return 0;
    await manager.query(ENQUEUED, [
      calls.map((call) => call.id),
      calls.map((call) => call.generation),
      calls.map((call) => call.callId),
    ]);
    return calls.length;
  }

  private async call(email: UncalledEmail): Promise<UncalledEmail & { callId: string }> {
    const { id: callId } = await this.tasks.send.applyAsync([email.id], {
      taskId: `mail-${email.id}-${email.generation}`,
      queue: this.options.queue,
      // No `expires`: an expired call would end unseen, and its row would never say so.
      ...(email.sendAt && { eta: email.sendAt }),
    });
    return { ...email, callId };
  }
}
