import type { AnyEmailInput } from '../message/email-input.js';
import type { InvalidEmailError } from '../errors/index.js';

/** How far `sendMany()` has come; and, at its end, what it has come to. @publicApi */
export interface SendManyProgress {
  /** Messages stored, each with its call. */
  readonly accepted: number;
  /** Messages whose idempotency key was taken. */
  readonly duplicates: number;
  /** Messages that were refused. */
  readonly invalid: number;
}

/** A message that `sendMany()` has refused. @publicApi */
export interface InvalidMessage {
  /** Its place among the messages, from 0. */
  readonly index: number;
  readonly input: AnyEmailInput;
  readonly error: InvalidEmailError;
}

/** @publicApi */
export interface SendManyOptions {
  /**
   * Messages per transaction, from 1 to 5,000. A batch also ends at 8 MiB of content: so much is in memory at most, beside
   * what the source of the messages keeps. Defaults to 500.
   */
  batchSize?: number;
  /** Ends it between two messages; batches that are committed stay. Defaults to none. */
  signal?: AbortSignal;
  /** Told after each batch. */
  onProgress?: (progress: SendManyProgress) => void;
  /** Told of each message that is refused. What it throws ends `sendMany()`. Defaults to one warning in the log. */
  onInvalid?: (invalid: InvalidMessage) => void;
}
