import { IntrinsicException } from '@nestjs/common';
import { type Duration, formatDuration, parseDuration } from '../duration.js';

/**
 * Thrown by a task that has nothing to do after all: the call ends as *ignored*, without retry or alert.
 * Celery: `Ignore`.
 *
 * @publicApi
 */
export class Ignore extends IntrinsicException {
  override readonly name = 'Ignore';

  /** @param reason what a person reads in the state of the call. */
  constructor(readonly reason = 'the task asked to be ignored') {
    super(`Ignored: ${reason}`);
  }
}

/**
 * Thrown by a task that wants to run later: the same call comes back after `countdown` and no retry is spent.
 *
 * @publicApi
 */
export class Snooze extends IntrinsicException {
  override readonly name = 'Snooze';
  /** Milliseconds until the call comes back. */
  readonly delay: number;

  constructor(
    countdown: Duration,
    readonly reason = 'the task asked to run later',
  ) {
    super(`Snoozed for ${countdown}: ${reason}`);
    this.delay = parseDuration(countdown);
  }
}

/** How a task asks for a retry of its own accord. @publicApi */
export interface RetryOptions {
  /** Time until the next attempt. Default: the task's own backoff. */
  countdown?: Duration;
  /** What went wrong; becomes the reason, and the error of the call when no retry is left. */
  cause?: unknown;
}

/**
 * Made by `task.retry()`; throw it. It spends one retry, and fails the call with `cause` when none is left.
 * Celery: `self.retry()`.
 *
 * @publicApi
 */
export class Retry extends IntrinsicException {
  override readonly name = 'Retry';
  /** Milliseconds until the next attempt; undefined: the task's own backoff. */
  readonly delay: number | undefined;

  constructor(options: RetryOptions = {}) {
    const delay = options.countdown === undefined ? undefined : parseDuration(options.countdown);
    super(`Retry asked for${delay === undefined ? '' : ` in ${formatDuration(delay)}`}`);
    this.cause = options.cause;
    this.delay = delay;
  }
}
