import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { taskScope } from '../tasks/context/task-scope.js';
import { type Duration, parseDuration } from '../tasks/duration.js';
import { BreakerOpenError } from '../tasks/errors/limit.errors.js';
import { type BreakerState as StoredState, VISITOR } from '../tasks/gates.js';
import { insist } from '../tasks/insist.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../tasks/options/resolve-module-options.js';
import { breakerGate } from './gate-of.js';
import { HeldPermits } from './held-permits.js';
import { KnownLimits } from './known-limits.js';
import { Visitors } from './visit.js';

/** How long the probe of a process that died keeps others waiting. */
const PROBE_LEASE = 15_000;

/** A breaker as it is now. @publicApi */
export interface BreakerState {
  readonly name: string;
  /** `half-open`: its cooldown is over, and it waits for what its probe comes to. */
  readonly state: StoredState['state'];
  /** Failures that count at present. */
  readonly failures: number;
  /** When it lets a probe through, at the earliest. */
  readonly until: Date | undefined;
  /** Calls that wait for it. */
  readonly waiting: number;
}

/**
 * Reads circuit breakers and sets them for the whole cluster; and takes any code through one.
 *
 * They bear the name they have in TasksModule, or that of their task.
 *
 * @publicApi
 */
@Injectable()
export class TaskBreakers {
  private readonly logger = new Logger('Limits');

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly known: KnownLimits,
    private readonly visitors: Visitors,
    private readonly held: HeldPermits,
  ) {}

  /** Every breaker of this application. @throws {@link BrokerUnavailableError} */
  list(): Promise<BreakerState[]> {
    return Promise.all([...this.known.breakers().keys()].map((name) => this.get(name)));
  }

  /** @throws {@link UnknownLimitError}, {@link BrokerUnavailableError} */
  async get(name: string): Promise<BreakerState> {
    const gate = this.gate(name);
    const { until, ...state } = await this.insist(() => this.broker.gates.breaker(gate));
    return { name, ...state, until: until === undefined ? undefined : new Date(until) };
  }

  /** Opens it: calls wait, until the time is over and a probe goes well. Defaults to its cooldown. */
  async open(name: string, time?: Duration): Promise<void> {
    const gate = this.gate(name);
    const openFor = time === undefined ? gate.cooldown : parseDuration(time);
    await this.insist(() => this.broker.gates.setBreaker(gate, openFor));
  }

  /** Closes it: calls that wait are called in. */
  async close(name: string): Promise<void> {
    const gate = this.gate(name);
    await this.insist(() => this.broker.gates.setBreaker(gate, 0));
  }

  /**
   * Runs code unless the breaker is open, and tells the breaker how it ends.
   *
   * @throws {@link BreakerOpenError}, {@link UnknownLimitError}, {@link BrokerUnavailableError}, and whatever the code
   *   throws
   */
  async withBreaker<R>(name: string, code: () => Promise<R> | R): Promise<R> {
    const { on } = this.known.breaker(name);
    const gate = this.gate(name);
    const what = `The breaker "${name}"`;
    const visit = await this.visitors.enter(gate, { what, timeout: 0, lease: PROBE_LEASE });
    if ('delay' in visit) throw new BreakerOpenError(name, visit.delay);
    const { member, answer, asked } = visit;
    const holding = { member, fence: answer.fence, gates: [gate.id] };
    if (answer.probe) this.held.add(holding, PROBE_LEASE, asked, () => undefined);
    const report = (failure: string | null) =>
      this.insist(() => this.broker.gates.report(gate, member, failure)).catch((error: unknown) =>
        this.logger.warn(`${what} could not be told how code ended (${String(error)})`),
      );
    try {
      const result = await code();
      if (answer.probe) await report(null);
      return result;
    } catch (error) {
      const counts = on.some((errorClass) => error instanceof errorClass);
      if (counts || answer.probe) await report(counts ? randomUUID() : null);
      throw error;
    } finally {
      if (answer.probe) this.held.release(holding);
    }
  }

  /**
   * Counts a failure, for code that does not let it through as an error. Inside a task it is the call's: after it,
   * `throw new Snooze(…)` has the call wait and spends no retry. If it retries, it has the retry back once the breaker opens.
   *
   * @returns whether the breaker is open now
   * @throws {@link UnknownLimitError}, {@link BrokerUnavailableError}
   */
  async countFailure(name: string): Promise<boolean> {
    const gate = this.gate(name);
    const member = taskScope.getStore()?.id ?? `${VISITOR}${randomUUID()}`;
    const failure = randomUUID();
    return this.insist(() => this.broker.gates.report(gate, member, failure));
  }

  private gate(name: string) {
    return breakerGate(name, this.known.breaker(name));
  }

  private insist<T>(operation: () => Promise<T>): Promise<T> {
    return insist(this.broker, 'the breakers', this.options.enqueueTimeout, operation);
  }
}
