import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Broker, StoredJob } from '../broker-port.js';
import { BROKER } from '../broker-token.js';
import { queueOfId } from '../call-id.js';
import { type Duration, parseDuration } from '../duration.js';
import { insist } from '../insist.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../options/resolve-module-options.js';
import { StoreClock } from '../store-clock.js';
import { TransactionalCalls } from '../transaction/transactional-calls.js';
import { readState, type TaskState } from './task-state.js';

const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 250;
/** A wait of no time at all still looks once. */
const MOST_IMPATIENT = 100;

/** Reads calls from the broker, within a bound. */
@Injectable()
export class ResultReader {
  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly clock: StoreClock,
    private readonly transactions: TransactionalCalls,
  ) {}

  /** @throws {@link BrokerUnavailableError} */
  read(id: string, timeout = this.options.enqueueTimeout): Promise<StoredJob | null> {
    const queue = queueOfId(id);
    return insist(this.broker, `a read of "${id}"`, timeout, () => this.find(queue, id));
  }

  /** Between its commit and its publication a call is not with the broker yet; it may turn out to be a duplicate then. */
  private async find(queue: string, id: string): Promise<StoredJob | null> {
    const job = await this.broker.read(queue, id);
    if (job) return job;
    const waiting = await this.transactions.waiting(id);
    if (waiting) return waiting;
    const other = await this.broker.records.duplicateOf(queue, id);
    if (other !== undefined) return this.broker.read(queue, other);
    return this.transactions.available ? this.broker.read(queue, id) : null;
  }

  async state(id: string): Promise<TaskState | null> {
    const job = await this.read(id);
    return job && readState(job, queueOfId(id), this.clock.now());
  }

  private async look(id: string, patience: number): Promise<Found | null> {
    const job = await this.read(id, patience);
    return job && { job, state: readState(job, queueOfId(id), this.clock.now()) };
  }

  /** Waits until the call has finished; gives what it is when the time is up. */
  async wait(id: string, timeout: Duration): Promise<Found | null> {
    const deadline = performance.now() + parseDuration(timeout);
    let last: Found | null = null;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE)) {
      const patience = Math.min(
        this.options.enqueueTimeout,
        Math.max(MOST_IMPATIENT, deadline - performance.now()),
      );
      try {
        last = await this.look(id, patience);
      } catch (error) {
        // When the time is up, what was seen before says more than that the last look failed.
        if (last && performance.now() >= deadline) return last;
        throw error;
      }
      const left = deadline - performance.now();
      if (!last || isFinal(last.state) || left <= 0) return last;
      await sleep(Math.min(pause, left));
    }
  }
}

interface Found {
  readonly job: StoredJob;
  readonly state: TaskState;
}

export const isFinal = (state: TaskState): boolean =>
  state.state !== 'queued' && state.state !== 'delayed' && state.state !== 'running';
