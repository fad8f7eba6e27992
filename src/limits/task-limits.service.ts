import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { type Duration, parseDuration } from '../tasks/duration.js';
import { RateLimitExceededError } from '../tasks/errors/limit.errors.js';
import { insist } from '../tasks/insist.js';
import type { SharedRateLimit } from '../tasks/options/limits/limit-options.js';
import { rateSpec } from '../tasks/options/limits/limit-parsers.js';
import { formatRate, type Rate, type RateSpec } from '../tasks/options/limits/rate.js';
import { integer } from '../tasks/options/option-parsers.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../tasks/options/resolve-module-options.js';
import { concurrencyGate, rateGate } from './gate-of.js';
import { KnownLimits, lookUp } from './known-limits.js';
import { Visitors } from './visit.js';

/** A rate limit as it holds now. @publicApi */
export interface RateLimitState {
  readonly name: string;
  readonly limit: Rate;
  readonly burst: number;
  /** It has been changed at run time. */
  readonly changed: boolean;
  /** Calls and code that wait for it; of a limit per key, those for the given key. */
  readonly waiting: number;
}

/** The `maxConcurrency` of a task as it holds now. @publicApi */
export interface ConcurrencyLimitState {
  readonly task: string;
  readonly limit: number;
  readonly changed: boolean;
  readonly waiting: number;
}

/** @publicApi */
export interface WithinLimitOptions {
  /** For a limit that each key has for itself. Defaults to none. */
  key?: string;
  /** How long to wait for the turn; `'0s'` does not wait. Defaults to `'30s'`. */
  timeout?: Duration;
}

/** A visitor that passes a rate holds nothing. */
const NO_LEASE = 1;

/**
 * Reads the limits of tasks and changes them for the whole cluster, at run time; and holds any code to one.
 *
 * A change is kept by the broker until it is taken back. It holds from the next start of a call on, and calls that wait
 * are called in at the new rate. Celery: `control.rate_limit`, which each worker forgets when it restarts.
 *
 * Limits bear the name they have in TasksModule, or that of their task; further ones of a task are `name#2`, `name#3`.
 *
 * @publicApi
 */
@Injectable()
export class TaskLimits {
  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly known: KnownLimits,
    private readonly visitors: Visitors,
  ) {}

  /**
   * Runs code as soon as a rate limit lets it, after those who came before: calls of tasks with that limit count, too.
   *
   * @throws {@link LimitTimeoutError} when the time is up, {@link RateLimitExceededError} if it is not to wait
   * @throws {@link UnknownLimitError}, {@link BrokerUnavailableError}, and whatever the code throws
   */
  async withinLimit<R>(
    name: string,
    code: () => Promise<R> | R,
    options: WithinLimitOptions = {},
  ): Promise<R> {
    const gate = rateGate(name, this.known.rate(name), options.key);
    const timeout = parseDuration(options.timeout ?? '30s');
    const visit = await this.visitors.enter(gate, {
      what: `The rate limit "${name}"`,
      timeout,
      lease: NO_LEASE,
    });
    if ('delay' in visit) throw new RateLimitExceededError(name);
    return code();
  }

  /** Every rate limit of this application. @throws {@link BrokerUnavailableError} */
  async list(): Promise<RateLimitState[]> {
    const changes = await this.changes();
    return Promise.all([...this.known.rates()].map(([name, rate]) => this.stateOf(name, rate, changes)));
  }

  /** @param key of a limit that each key has for itself. @throws {@link UnknownLimitError} */
  async get(name: string, key?: string): Promise<RateLimitState> {
    return this.stateOf(name, this.known.rate(name), await this.changes(), key);
  }

  /** `change('smtp', '100/m')`, for the whole cluster. @throws {@link UnknownLimitError}, {@link InvalidOptionError} */
  async change(name: string, limit: SharedRateLimit): Promise<void> {
    const { count, period, burst } = rateSpec(limit, `rate limit "${name}"`, 'limit');
    const gate = rateGate(name, this.known.rate(name));
    await this.insist(() => this.broker.gates.change(gate.name, { count, period, burst }));
  }

  /** Goes back to what the code says. @throws {@link UnknownLimitError} */
  async restore(name: string): Promise<void> {
    const gate = rateGate(name, this.known.rate(name));
    await this.insist(() => this.broker.gates.change(gate.name, null));
  }

  /** The `maxConcurrency` of a task. @throws {@link UnknownLimitError} */
  async concurrency(task: string, key?: string): Promise<ConcurrencyLimitState> {
    const gate = this.concurrencyGate(task, key);
    const change = (await this.changes()).get(gate.name);
    const waiting = await this.insist(() => this.broker.gates.waiting(gate.id));
    return { task, limit: change?.['limit'] ?? gate.limit, changed: change !== undefined, waiting };
  }

  /** @throws {@link UnknownLimitError}, {@link InvalidOptionError} */
  async changeConcurrency(task: string, limit: number): Promise<void> {
    const gate = this.concurrencyGate(task);
    integer(1, 1_000_000)(limit, `maxConcurrency of "${task}"`, 'limit');
    await this.insist(() => this.broker.gates.change(gate.name, { limit }));
  }

  /** @throws {@link UnknownLimitError} */
  async restoreConcurrency(task: string): Promise<void> {
    const gate = this.concurrencyGate(task);
    await this.insist(() => this.broker.gates.change(gate.name, null));
  }

  private concurrencyGate(task: string, key?: string) {
    return concurrencyGate(task, lookUp('concurrency limit', task, this.known.concurrency()), key);
  }

  private async stateOf(
    name: string,
    rate: RateSpec,
    changes: Awaited<ReturnType<TaskLimits['changes']>>,
    key?: string,
  ): Promise<RateLimitState> {
    const gate = rateGate(name, rate, key);
    const change = changes.get(gate.name);
    const { count, period, burst } = { ...rate, ...change };
    const waiting = await this.insist(() => this.broker.gates.waiting(gate.id));
    return { name, limit: formatRate({ count, period }), burst, changed: change !== undefined, waiting };
  }

  private changes() {
    return this.insist(() => this.broker.gates.changes());
  }

  private insist<T>(operation: () => Promise<T>): Promise<T> {
    return insist(this.broker, 'the limits', this.options.enqueueTimeout, operation);
  }
}
