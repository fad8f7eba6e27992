import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Admission, breakerGate, type Passage, TaskGates } from '../../limits/index.js';
import type { Broker } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import { decodeReason } from '../../tasks/envelope/stored-outcome.js';
import { InvalidKeyError } from '../../tasks/errors/enqueue.errors.js';
import { PermitLostError } from '../../tasks/errors/limit.errors.js';
import { insist } from '../../tasks/insist.js';
import type { BreakerPolicy } from '../../tasks/options/limits/limit-policy.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import { IsolatedRuns } from '../pools/isolated-runs.js';
import { SoleRuns } from '../pools/sole-runs.js';
import { RunningAttempts } from '../running-attempts.js';
import { placeOf } from '../pools/place-of.js';
import type { Arrival, Stage } from '../stages/arrival.js';
import type { Outcome } from '../stages/outcome.js';
import { type Verdict, verdictOn } from './breaker-verdict.js';
import { comesBack, failed, refused } from './refusal.js';

/** How long a breaker is told how a call ended. */
const PATIENCE = 5_000;

/** Calls on their way through the limits of their tasks, and back. */
@Injectable()
export class LimitedCalls {
  private readonly logger = new Logger('Limits');
  /** Of code that was given up and goes on. */
  private readonly late = new Map<string, Passage>();

  constructor(
    private readonly gates: TaskGates,
    private readonly admission: Admission,
    private readonly running: RunningAttempts,
    private readonly isolated: IsolatedRuns,
    private readonly sole: SoleRuns,
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** The stage of every call but those that must wait until this process is theirs alone: they would hold up others. */
  readonly stage: Stage = (arrival) => {
    const { policy, suspect = false } = arrival;
    const alone = policy && placeOf(policy, suspect, this.isolated.children) === 'alone';
    return alone ? undefined : this.enter(arrival);
  };

  /** Undefined: it may begin. Else a promise of that, or of what becomes of it. */
  enter(arrival: Arrival): Promise<Outcome | undefined> | undefined {
    const { task, envelope } = arrival;
    const gatesOf = task && this.gates.of(task.definition);
    return gatesOf && envelope && this.ask(arrival, gatesOf, envelope.args);
  }

  /** Whether its end must be told. */
  concern({ task }: Arrival): boolean {
    return task !== undefined && this.gates.of(task.definition) !== undefined;
  }

  /**
   * It has ended, or was given up: what it holds is free for others as soon as its code has ended.
   *
   * @returns what becomes of it; later, if a breaker has to be told first
   */
  end(arrival: Arrival, outcome: Outcome, ended: boolean): Outcome | Promise<Outcome> {
    const { passage, policy } = arrival;
    if (!passage) return outcome;
    const verdict = policy?.breaker ? verdictOn(policy.breaker, outcome) : undefined;
    if (!policy?.breaker || !verdict || (verdict === 'works' && !passage.probe)) {
      this.leave(passage, ended);
      return outcome;
    }
    return this.tell(policy.breaker, passage, outcome, verdict).finally(() => this.leave(passage, ended));
  }

  private leave(passage: Passage, ended: boolean): void {
    if (ended) this.admission.leave(passage);
    else this.late.set(passage.holding.member, passage);
  }

  onLateEnd(id: string): void {
    const passage = this.late.get(id);
    this.late.delete(id);
    if (passage) this.admission.leave(passage);
  }

  private async ask(
    arrival: Arrival,
    gatesOf: NonNullable<ReturnType<TaskGates['of']>>,
    args: readonly unknown[],
  ): Promise<Outcome | undefined> {
    const { id, name, reason } = arrival.delivery;
    const lease = this.options.worker?.lockTime ?? 0;
    try {
      const onLost = () => this.lose(id, name);
      const answer = await this.admission.enter(id, gatesOf, args, refusedSince(reason), lease, onLost);
      if (!answer.admitted) return refused(answer, Math.random());
      if (answer.wait > 0) await sleep(answer.wait);
      arrival.passage = answer;
      arrival.delivery.retries = Math.max(0, arrival.delivery.retries - answer.refunded);
      return undefined;
    } catch (error) {
      if (error instanceof InvalidKeyError) return failed(error);
      throw error;
    }
  }

  /** A failure that its breaker knows spends no retry once the breaker is open. */
  private async tell(
    breaker: BreakerPolicy,
    { holding: { member } }: Passage,
    outcome: Outcome,
    verdict: Verdict,
  ): Promise<Outcome> {
    const gate = breakerGate(breaker.name, breaker);
    try {
      const failure = verdict === 'fails' ? randomUUID() : null;
      const report = () => this.broker.gates.report(gate, member, failure);
      const open = await insist(this.broker, 'a breaker', PATIENCE, report);
      if (!open || verdict === 'works') return outcome;
      const answer = await this.admission.waitAt(member, gate);
      const deferred = answer.admitted ? comesBack(answer.at, breaker.name) : refused(answer, Math.random());
      const { error, record } = outcome;
      return { ...deferred, error, ...(record && { record }) };
    } catch (error) {
      this.logger.warn(`The breaker "${breaker.name}" could not be told how a call ended (${String(error)})`);
      return outcome;
    }
  }

  private lose(id: string, task: string): void {
    this.logger.warn(`"${task}" (${id}) lost a lock or a permit; its signal is aborted`);
    this.running.find(id)?.abort(new PermitLostError(`What "${id}" holds of its limits`));
    this.isolated.dismiss(id, 'lock lost');
    this.sole.dismiss(id);
  }
}

function refusedSince(reason: string | undefined): number | null {
  const stored = reason === undefined ? undefined : decodeReason(reason);
  return stored?.kind === 'limited' ? stored.since : null;
}
