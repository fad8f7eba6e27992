import { setImmediate } from 'node:timers/promises';
import { InvalidEmailError } from '../errors/index.js';
import type { AnyEmailInput } from '../message/email-input.js';
import type { AcceptedEmail } from './validated-email.js';

/** Characters. */
const LARGEST_CONTENT = 8 * 1024 * 1024;
/** Milliseconds after which others get their turn on the event loop. */
const LONGEST_TURN = 20;

export type Messages = Iterable<AnyEmailInput> | AsyncIterable<AnyEmailInput>;

/** A message that is accepted, with its place among all. */
export interface BatchItem {
  readonly index: number;
  readonly input: AnyEmailInput;
  readonly email: AcceptedEmail;
}

/** How messages become batches. */
interface Batching {
  /** @throws {@link InvalidEmailError} */
  readonly accept: (input: AnyEmailInput) => Promise<AcceptedEmail>;
  /** Told of those that are not accepted. */
  readonly refuse: (item: Omit<BatchItem, 'email'>, error: InvalidEmailError) => void;
  readonly batchSize: number;
  readonly signal: AbortSignal | undefined;
}

/** The messages that are accepted; as many at a time as are held in memory. */
export async function* batches(messages: Messages, how: Batching): AsyncGenerator<readonly BatchItem[]> {
  let batch: BatchItem[] = [];
  let content = 0;
  let index = 0;
  let turn = performance.now();
  how.signal?.throwIfAborted();
  for await (const input of messages) {
    how.signal?.throwIfAborted();
    const email = await how.accept(input).catch(invalid);
    if (email instanceof InvalidEmailError) how.refuse({ index, input }, email);
    else {
      content += contentOf(email);
      if (batch.push({ index, input, email }) >= how.batchSize || content >= LARGEST_CONTENT) {
        yield batch;
        batch = [];
        content = 0;
      }
    }
    index++;
    if (performance.now() - turn < LONGEST_TURN) continue;
    await setImmediate();
    turn = performance.now();
  }
  how.signal?.throwIfAborted();
  if (batch.length > 0) yield batch;
}

function invalid(error: unknown): InvalidEmailError {
  if (error instanceof InvalidEmailError) return error;
  throw error;
}

function contentOf({ text, html, context }: AcceptedEmail): number {
  return (text?.length ?? 0) + (html?.length ?? 0) + (context ? JSON.stringify(context).length : 0);
}
