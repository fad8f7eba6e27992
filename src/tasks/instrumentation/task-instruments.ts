import { Injectable, Logger } from '@nestjs/common';
import { atMost } from '../at-most.js';
import type {
  Publication,
  PublishedCalls,
  RunningCall,
  TaskInstrumentation,
} from './task-instrumentation.js';

type Headers = Readonly<Record<string, string>>;
type Having<K extends keyof TaskInstrumentation> = Required<Pick<TaskInstrumentation, K>>;

/**
 * The instruments of this process, the first outermost. What goes wrong in one of them harms no call.
 *
 * @publicApi
 */
@Injectable()
export class TaskInstruments {
  private readonly logger = new Logger(TaskInstruments.name);
  private readonly publishing: Having<'publish'>[] = [];
  private readonly running: Having<'run'>[] = [];
  private readonly flushing: Having<'flush'>[] = [];

  add(instrumentation: TaskInstrumentation): void {
    if (instrumentation.publish) this.publishing.push(instrumentation as Having<'publish'>);
    if (instrumentation.run) this.running.push(instrumentation as Having<'run'>);
    if (instrumentation.flush) this.flushing.push(instrumentation as Having<'flush'>);
  }

  /** Whether anybody stands around sending. */
  get publishes(): boolean {
    return this.publishing.length > 0;
  }

  /** Whether anybody stands around running. */
  get runs(): boolean {
    return this.running.length > 0;
  }

  /** Whether anybody has something to send before the process may end. */
  get flushes(): boolean {
    return this.flushing.length > 0;
  }

  /** Waits for them, but no longer than this. */
  async flush(milliseconds: number): Promise<void> {
    // Async, so that one that throws harms no other.
    const going = this.flushing.map(async (instrument) => instrument.flush());
    await atMost(milliseconds, Promise.allSettled(going));
  }

  publish<R extends Publication>(calls: PublishedCalls, send: (headers: Headers) => Promise<R>): Promise<R> {
    const enter = (index: number, headers: Headers): Promise<R> => {
      const instrument = this.publishing[index];
      if (!instrument) return send(headers);
      return this.within(
        (proceed: (more: Headers) => Promise<R>) => instrument.publish(calls, proceed),
        (more = {}) => enter(index + 1, { ...headers, ...more }),
      );
    };
    return enter(0, {});
  }

  run(call: RunningCall, code: () => unknown): unknown {
    const enter = (index: number): unknown => {
      const instrument = this.running[index];
      if (!instrument) return code();
      return this.within(
        (proceed: () => unknown) => instrument.run(call, proceed),
        () => enter(index + 1),
      );
    };
    return enter(0);
  }

  /** What the instrument makes of the outcome is nobody's business; only what it stands around counts. */
  private within<A extends unknown[], R>(
    instrument: (proceed: (...args: A) => R) => unknown,
    inner: (...args: A) => R,
  ): R {
    let entered: { readonly value: R } | { readonly error: unknown } | undefined;
    const proceed = (...args: A): R => {
      if (!entered) {
        try {
          entered = { value: inner(...args) };
        } catch (error) {
          entered = { error };
        }
      }
      return open(entered);
    };
    try {
      const outer = instrument(proceed);
      // It may fail with what it stands around, or for a reason of its own.
      if (outer instanceof Promise) outer.catch(() => undefined);
    } catch (error) {
      if (!entered || !('error' in entered))
        this.logger.error('An instrument threw; calls go on without it', error);
    }
    if (!entered) this.logger.error('An instrument did not call what it was handed; calls go on without it');
    return entered ? open(entered) : proceed(...([] as unknown as A));
  }
}

function open<R>(entered: { readonly value: R } | { readonly error: unknown }): R {
  if ('error' in entered) throw entered.error;
  return entered.value;
}
