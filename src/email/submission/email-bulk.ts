import { Injectable, Logger } from '@nestjs/common';
import { InvalidOptionError } from '../../tasks/index.js';
import { integer } from '../../tasks/options/option-parsers.js';
import { InvalidEmailError } from '../errors/index.js';
import type { AnyEmailInput } from '../message/email-input.js';
import type { Submitted } from './email-submission.js';
import { batches, type BatchItem, type Messages } from './batches.js';
import { Lanes } from './lanes.js';
import type { InvalidMessage, SendManyOptions, SendManyProgress } from './send-many.js';
import type { AcceptedEmail } from './validated-email.js';

const BATCH = 500;
const LARGEST_BATCH = 5_000;

/** What is done with the messages. */
export interface BulkSteps {
  /** @throws {@link InvalidEmailError} */
  readonly accept: (input: AnyEmailInput) => Promise<AcceptedEmail>;
  /** Stores a batch, whole. */
  readonly store: (batch: readonly AcceptedEmail[]) => Promise<readonly Submitted[]>;
  /** At most so many batches at a time; 1: one transaction holds them all. */
  readonly width: number;
}

/** Accepts messages one by one, and has them stored in batches. */
@Injectable()
export class EmailBulk {
  private readonly logger = new Logger('EmailModule');

  async run(
    messages: Messages,
    { accept, store, width }: BulkSteps,
    { batchSize = BATCH, signal, onProgress, onInvalid }: SendManyOptions = {},
  ): Promise<SendManyProgress> {
    integer(1, LARGEST_BATCH)(batchSize, 'sendMany()', 'batchSize');
    const count = { accepted: 0, duplicates: 0, invalid: 0 };
    let first: InvalidMessage | undefined;
    const refuse = ({ index, input }: Omit<BatchItem, 'email'>, error: InvalidEmailError) => {
      count.invalid++;
      const invalid = { index, input, error };
      first ??= invalid;
      onInvalid?.(invalid);
    };
    const put = async (batch: readonly BatchItem[]) => {
      const submitted = await store(batch.map(({ email }) => email));
      for (const [place, item] of batch.entries()) {
        const what = submitted[place];
        if (what === 'accepted') count.accepted++;
        else if (what instanceof InvalidEmailError) refuse(item, what);
        else count.duplicates++;
      }
      onProgress?.({ ...count });
    };
    const lanes = new Lanes(width);
    try {
      for await (const batch of batches(iterable(messages), { accept, refuse, batchSize, signal }))
        await lanes.begin(() => put(batch));
    } finally {
      await lanes.idle();
    }
    lanes.check();
    if (first && !onInvalid) this.warn(count.invalid, first);
    return count;
  }

  private warn(count: number, { index, error }: InvalidMessage): void {
    this.logger.warn(
      `sendMany() refused ${count} messages, the first at index ${index}: ${error.message} ` +
        `Pass onInvalid to be told of each.`,
    );
  }
}

/** A string is a list too, and of no messages. @throws {@link InvalidOptionError} */
function iterable(messages: Messages): Messages {
  const known = typeof messages === 'object' && messages !== null;
  if (known && (Symbol.asyncIterator in messages || Symbol.iterator in messages)) return messages;
  throw new InvalidOptionError('sendMany()', 'messages', 'are not iterable', 'Pass a list or a generator.');
}
