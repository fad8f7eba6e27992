import { Inject, Injectable } from '@nestjs/common';
import { callId } from '../../tasks/call-id.js';
import {
  type CallOptions,
  InjectTasks,
  InvalidOptionError,
  type TaskClient,
  type TaskPriority,
  type Transaction,
  UndeclaredQueueError,
} from '../../tasks/index.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import { EmailTasks } from '../email.tasks.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';

/** What the call of a stored message is made from. */
export interface CallableEmail {
  readonly id: string;
  readonly generation: number;
  readonly sendAt: Date | null;
  readonly priority: TaskPriority;
}

/** Calls the task of stored messages, in the transaction that stores them. */
@Injectable()
export class EmailEnqueueService {
  private readonly priorities: boolean;

  constructor(
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    @Inject(RESOLVED_OPTIONS) { queues }: ResolvedOptions,
    @InjectTasks(EmailTasks) private readonly tasks: TaskClient<EmailTasks>,
  ) {
    const { queue, messageClasses } = options;
    const declared = Object.hasOwn(queues, queue) ? queues[queue] : undefined;
    if (!declared) throw new UndeclaredQueueError('EmailModule', queue, Object.keys(queues));
    this.priorities = declared.priorities;
    const urgent = Object.entries(messageClasses).find(([, { priority }]) => priority !== 'normal');
    if (urgent && !this.priorities) {
      throw new InvalidOptionError(
        `EmailModule, class "${urgent[0]}"`,
        'priority',
        `is "${urgent[1].priority}", but the queue "${queue}" has no priorities`,
        `Declare queues: { ${JSON.stringify(queue)}: { priorities: true } } in TasksModule.`,
      );
    }
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
    return async (email) => {
      await task.applyAsync([email.id], this.callOptions(email));
    };
  }

  /** The same for many new messages, in few operations. */
  withinMany(transaction: Transaction): (emails: readonly CallableEmail[]) => Promise<void> {
    const task = this.tasks.send.within(transaction);
    return (emails) =>
      task.applyMany(emails.map((email) => ({ args: [email.id], options: this.callOptions(email) })));
  }

  private callOptions({ id, generation, sendAt, priority }: CallableEmail): CallOptions {
    return {
      taskId: this.callIdOf(id, generation),
      queue: this.options.queue,
      // No `expires`: an expired call would end unseen, and its row would never say so.
      ...(sendAt && { eta: sendAt }),
      ...(this.priorities && { priority }),
    };
  }
}
