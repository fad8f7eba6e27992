import type { Logger } from '@nestjs/common';
import type { HealthEvent } from '../tasks/events/task-events.js';
import { digest } from './digest.js';
import type { Notice, NotificationChannel } from './notification-channel.js';

const SENDING_TIME = 10_000;
const FIRST_RETRY = 5_000;
const LONGEST_RETRY = 300_000;
/** More are counted only. */
const MOST_KEPT = 100;

/** News of one channel: gathered, sent, and sent again if it was not taken. */
export class Outlet {
  private events: HealthEvent[] = [];
  private dropped = 0;
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;
  private sending: Promise<void> | undefined;

  constructor(
    private readonly channel: NotificationChannel,
    private readonly gather: number,
    private readonly quiet: number,
    private readonly logger: Logger,
  ) {}

  add(event: HealthEvent): void {
    this.events.push(event);
    if (this.events.length > MOST_KEPT) {
      this.events.shift();
      this.dropped++;
    }
    if (!this.timer && !this.sending) this.wait(this.gather);
  }

  /** What is left goes out now. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.sending;
    clearTimeout(this.timer);
    if (this.events.length > 0) await this.send();
    clearTimeout(this.timer);
  }

  private wait(milliseconds: number): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      // Nothing has happened in the quiet period: the next piece of news is gathered for as long as the first was.
      if (this.events.length > 0) this.sending = this.send();
    }, milliseconds).unref();
  }

  private async send(): Promise<void> {
    const { events, dropped } = this;
    this.events = [];
    this.dropped = 0;
    const failed = await this.hand(digest(events, dropped));
    this.sending = undefined;
    if (!failed) {
      this.failures = 0;
      this.wait(this.quiet);
      return;
    }
    if (this.failures++ === 0)
      this.logger.error(`A notice was not taken, and is sent again: ${failed.message}`);
    const all = [...events, ...this.events];
    this.events = all.slice(-MOST_KEPT);
    this.dropped += dropped + all.length - this.events.length;
    this.wait(Math.min(LONGEST_RETRY, FIRST_RETRY * 2 ** (this.failures - 1)));
  }

  private async hand(notice: Notice): Promise<Error | undefined> {
    const late = AbortSignal.timeout(SENDING_TIME);
    const aborted = new Promise<never>((_, reject) => {
      late.addEventListener('abort', () => reject(new Error(`No answer within ${SENDING_TIME / 1_000} s`)));
    });
    try {
      await Promise.race([this.channel.send(notice, late), aborted]);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}
