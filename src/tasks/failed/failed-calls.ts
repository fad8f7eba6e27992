import { Inject, Injectable } from '@nestjs/common';
import type { Broker, FailedPage as Page, StoredJob } from '../broker-port.js';
import { BROKER } from '../broker-token.js';
import { queueOfId } from '../call-id.js';
import type { CrashRecord } from '../call-records.js';
import { decodeEnvelope } from '../envelope/envelope.js';
import { decodeReason } from '../envelope/stored-outcome.js';
import { display, InvalidOptionError, UndeclaredQueueError } from '../errors/configuration.errors.js';
import { insist } from '../insist.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../options/resolve-module-options.js';
import { readState } from '../result/task-state.js';
import { StoreClock } from '../store-clock.js';
import { type FailedFilter, matches } from './failed-filter.js';

/** A call that failed for good or was quarantined. @publicApi */
export interface FailedCall {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  readonly state: 'failed' | 'quarantined';
  readonly reason: string;
  /** Class name of the error it failed with. */
  readonly error: string | undefined;
  /** Deliveries in which the task's code began and ended. */
  readonly attempts: number;
  /** How often it lost its worker. */
  readonly losses: number;
  readonly enqueuedAt: Date;
  readonly failedAt: Date;
}

/** @publicApi */
export interface FailedCallDetails extends FailedCall {
  readonly args: readonly unknown[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;
  /** Of its last error. */
  readonly stack: string | undefined;
  /** Every crash, oldest first. */
  readonly crashes: readonly CrashRecord[];
}

/** @publicApi */
export interface FailedPage {
  readonly calls: readonly FailedCall[];
  /** Pass it as `cursor` for the next page; undefined: this was the last. */
  readonly cursor: string | undefined;
}

const PAGE = 200;

/**
 * Calls that failed for good or were quarantined: to look at, to run again, to discard. They are kept for `keepFailed`.
 * A broker that does not answer within `enqueueTimeout` gives a `BrokerUnavailableError`.
 *
 * @publicApi
 */
@Injectable()
export class FailedCalls {
  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly clock: StoreClock,
  ) {}

  /**
   * Those that match, queue by queue, the latest first.
   *
   * @param page.limit most calls of a page. Defaults to 100
   * @throws {@link UndeclaredQueueError}, {@link InvalidOptionError} for a cursor that no page gave
   */
  async list(filter: FailedFilter = {}, page: { limit?: number; cursor?: string } = {}): Promise<FailedPage> {
    const { limit = 100, cursor } = page;
    const calls: FailedCall[] = [];
    const queues = this.queues(filter);
    const from = startOf(cursor, queues);
    for (const queue of queues.slice(queues.indexOf(from.queue))) {
      for (let start = queue === from.queue ? from.start : 0; ; start += PAGE) {
        const { jobs, next } = await this.page(queue, start);
        for (const [index, job] of jobs.entries()) {
          if (!matches(job, filter)) continue;
          if (calls.length === limit) return { calls, cursor: `${queue}:${start + index}` };
          calls.push(this.toCall(job));
        }
        if (next === undefined) break;
      }
    }
    return { calls, cursor: undefined };
  }

  /** One of them; null: no failed call has this id. @throws {@link InvalidTaskIdError} */
  async show(id: string): Promise<FailedCallDetails | null> {
    const queue = queueOfId(id);
    const job = await this.insist(id, () => this.broker.read(queue, id));
    if (job?.state !== 'failed') return null;
    const decoded = decodeEnvelope(job.data);
    const envelope = decoded.kind === 'envelope' ? decoded.envelope : undefined;
    return {
      ...this.toCall(job),
      args: envelope?.args,
      headers: envelope?.headers,
      stack: job.stack,
      crashes: await this.insist(id, () => this.broker.records.crashes(queue, id)),
    };
  }

  /**
   * Puts calls back into their queues as if they were new: no retries spent, no losses, no crashes.
   *
   * @param which ids, or a filter; a filter does not reach calls that fail while it works
   * @returns how many
   */
  retry(which: readonly string[] | FailedFilter): Promise<number> {
    return this.each(which, (queue, id) => this.broker.redrive(queue, id));
  }

  /** Removes calls for good. @returns how many */
  discard(which: readonly string[] | FailedFilter): Promise<number> {
    return this.each(which, (queue, id) => this.broker.discard(queue, id));
  }

  private async each(
    which: readonly string[] | FailedFilter,
    act: (queue: string, id: string) => Promise<boolean>,
  ): Promise<number> {
    let done = 0;
    const acts = (queue: string, id: string) => this.insistOnce(id, () => act(queue, id));
    if (isIds(which)) {
      for (const id of which) if (await acts(queueOfId(id), id)) done++;
      return done;
    }
    // One that is retried and fails again does not come round again.
    const until = new Date(Math.min(which.before?.getTime() ?? Number.POSITIVE_INFINITY, this.clock.now()));
    for (const queue of this.queues(which)) {
      for (let start = 0; ;) {
        const { jobs } = await this.page(queue, start);
        for (const { id } of jobs.filter((job) => matches(job, { ...which, before: until }))) {
          if (await acts(queue, id)) done++;
          else start++;
        }
        start += jobs.filter((job) => !matches(job, { ...which, before: until })).length;
        if (jobs.length < PAGE) break;
      }
    }
    return done;
  }

  private page(queue: string, start: number): Promise<Page> {
    return this.insist(queue, () => this.broker.failed(queue, start, PAGE));
  }

  /** One that is refused after a try whose outcome is unknown: that try had taken effect. */
  private insistOnce(id: string, act: () => Promise<boolean>): Promise<boolean> {
    let unsure = false;
    return this.insist(id, async () => {
      try {
        return (await act()) || unsure;
      } catch (error) {
        unsure = true;
        throw error;
      }
    });
  }

  private insist<T>(what: string, operation: () => Promise<T>): Promise<T> {
    return insist(this.broker, `the failed calls (${what})`, this.options.enqueueTimeout, operation);
  }

  private queues({ queue }: FailedFilter): string[] {
    const declared = Object.keys(this.options.queues);
    if (queue === undefined) return declared;
    if (!declared.includes(queue)) throw new UndeclaredQueueError('the filter', queue, declared);
    return [queue];
  }

  private toCall(job: StoredJob): FailedCall {
    const { id, task, queue, state, reason, attempts } = readState(job, queueOfId(job.id), this.clock.now());
    const stored = decodeReason(job.failedReason ?? '');
    return {
      id,
      task,
      queue,
      state: state === 'quarantined' ? 'quarantined' : 'failed',
      reason: reason ?? '',
      error: stored.kind === 'error' ? stored.name : undefined,
      attempts,
      losses: job.losses,
      enqueuedAt: new Date(job.enqueuedAt),
      failedAt: new Date(job.finishedAt ?? 0),
    };
  }
}

const isIds = (which: readonly string[] | FailedFilter): which is readonly string[] => Array.isArray(which);

function startOf(cursor: string | undefined, queues: readonly string[]): { queue: string; start: number } {
  if (cursor === undefined) return { queue: queues[0] ?? '', start: 0 };
  const [, queue = '', start] = /^([^:]+):(\d+)$/.exec(cursor) ?? [];
  if (queues.includes(queue)) return { queue, start: Number(start) };
  throw new InvalidOptionError(
    'list of failed calls',
    'cursor',
    `is ${display(cursor)}`,
    'Pass what the page before gave, with the same filter.',
  );
}
