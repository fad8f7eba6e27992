import { Inject, Injectable } from '@nestjs/common';
import { callId } from '../../tasks/call-id.js';
import { InjectTasks, type TaskClient, type Transaction, UndeclaredQueueError } from '../../tasks/index.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import { EmailTasks } from '../email.tasks.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';

/** What the call of a stored message is made from. */
export interface CallableEmail {
  readonly id: string;
  readonly generation: number;
  readonly sendAt: Date | null;
}

/** Calls the task of stored messages, in the transaction that stores them. */
@Injectable()
export class EmailEnqueueService {
  constructor(
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    @Inject(RESOLVED_OPTIONS) { queues }: ResolvedOptions,
    @InjectTasks(EmailTasks) private readonly tasks: TaskClient<EmailTasks>,
  ) {
    const { queue } = options;
    if (!Object.hasOwn(queues, queue))
      throw new UndeclaredQueueError('EmailModule', queue, Object.keys(queues));
  }

  /** The id of a message's call. It follows from the message, so the row can name it before it is made. */
  callIdOf(id: string, generation: number): string {
    return callId(this.options.queue, `mail-${id}-${generation}`);
  }

  /**
   * Enters a transaction, to make calls in it.
   *
   * @throws {@link NotInTransactionError}, {@link ForeignTransactionError}
   */
  within(transaction: Transaction): (email: CallableEmail) => Promise<void> {
    const task = this.tasks.send.within(transaction);
    return async ({ id, generation, sendAt }) => {
      await task.applyAsync([id], {
        taskId: this.callIdOf(id, generation),
        queue: this.options.queue,
        // No `expires`: an expired call would end unseen, and its row would never say so.
        ...(sendAt && { eta: sendAt }),
      });
    };
  }
}
