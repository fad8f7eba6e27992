import { Inject, Injectable } from '@nestjs/common';
import type { Delivery, Settlement } from '../../tasks/broker-port.js';
import type { Envelope } from '../../tasks/envelope/envelope.js';
import { REVOKED_WHILE_RUNNING } from '../../tasks/envelope/stored-outcome.js';
import { NotCommittedError } from '../../tasks/errors/transaction.errors.js';
import { TaskEvents } from '../../tasks/events/task-events.js';
import { taskScope } from '../../tasks/context/task-scope.js';
import { TaskInstruments } from '../../tasks/instrumentation/task-instruments.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import type { TaskPolicy } from '../../tasks/options/task-policy.js';
import { AbandonedRuns } from '../abandoned-runs.js';
import type { RunnableTask } from '../invoke/runnable-task.js';
import { IsolatedRuns } from '../pools/isolated-runs.js';
import { placeOf } from '../pools/place-of.js';
import { SoleRuns } from '../pools/sole-runs.js';
import { LimitedCalls } from '../limits/limited-calls.js';
import { RunningAttempts } from '../running-attempts.js';
import type { Arrival } from '../stages/arrival.js';
import { StartingCall, waitedFor } from './running-call.js';
import { revoked } from '../stages/check-revocation.js';
import { handedBack } from '../stages/handed-back.js';
import type { Outcome } from '../stages/outcome.js';
import { Watchdog } from '../watchdog/watchdog.js';
import { Attempt, type AttemptEnd } from './attempt.js';
import { attemptOutcome } from './attempt-outcome.js';
import { ChildDeaths } from './child-deaths.js';
import { CrashHistory } from './crash-history.js';
import { IsolatedAttempt } from './isolated-attempt.js';
import { beginInChild } from './begin-in-child.js';

/**
 * Settles a delivery with what it came to.
 *
 * @param duration milliseconds its code ran
 * @param ended its code does not go on
 */
export type Settle = (
  delivery: Delivery,
  outcome: Outcome,
  duration: number,
  ended: boolean,
) => Settlement | Promise<Settlement>;

/** The last stage: runs a task's code here, in a child process, or here with nothing else beside it. */
@Injectable()
export class Runs {
  constructor(
    private readonly events: TaskEvents,
    private readonly instruments: TaskInstruments,
    private readonly running: RunningAttempts,
    private readonly abandoned: AbandonedRuns,
    private readonly isolated: IsolatedRuns,
    private readonly sole: SoleRuns,
    private readonly history: CrashHistory,
    private readonly deaths: ChildDeaths,
    private readonly watchdog: Watchdog,
    private readonly limited: LimitedCalls,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  run(arrival: Arrival, settle: Settle): Promise<Settlement> {
    const { delivery, envelope, task, policy, suspect = false } = arrival;
    if (!envelope || !task || !policy)
      throw new Error('A delivery reached the run stage without passing the others');
    switch (placeOf(policy, suspect, this.isolated.children)) {
      case 'here':
        // It had been fetched before this process was given to a suspect.
        if (this.sole.exclusive)
          return Promise.resolve(settle(delivery, handedBack('its worker runs a suspect'), 0, true));
        return this.runHere(arrival, envelope, task, policy, settle);
      case 'child':
        return this.runInChild(arrival, envelope, policy, settle);
      case 'alone':
        return this.runAlone(arrival, envelope, task, policy, settle);
    }
  }

  private runHere(
    arrival: Arrival,
    { args, headers }: Envelope,
    task: RunnableTask,
    policy: TaskPolicy,
    settle: Settle,
  ): Promise<Settlement> {
    const { delivery } = arrival;
    const attempt = new Attempt(delivery, args, headers, policy, this.onLateEnd);
    this.running.add(attempt);
    this.watchdog.enter(attempt);
    const code = () => task.invoke(attempt);
    return attempt
      .run(() => {
        this.tellStart(arrival);
        return this.instruments.runs ? this.instruments.run(new StartingCall(arrival), code) : code();
      })
      .then((end) => this.end(attempt, delivery, policy, end, settle));
  }

  private async runInChild(
    arrival: Arrival,
    envelope: Envelope,
    policy: TaskPolicy,
    settle: Settle,
  ): Promise<Settlement> {
    const { delivery } = arrival;
    const begun = await beginInChild(arrival, envelope, policy, this.isolated, this.history);
    if (!(begun instanceof IsolatedAttempt)) return settle(delivery, begun, 0, true);
    this.running.add(begun);
    taskScope.run(begun, () => this.tellStart(arrival));
    const end = await begun.runInChild();
    this.isolated.release(begun.child);
    return this.end(begun, delivery, policy, end, settle);
  }

  private async runAlone(
    arrival: Arrival,
    envelope: Envelope,
    task: RunnableTask,
    policy: TaskPolicy,
    settle: Settle,
  ): Promise<Settlement> {
    const { delivery } = arrival;
    if (!(await this.sole.enter(delivery.id)))
      return settle(delivery, handedBack('its worker had no turn for it'), 0, true);
    try {
      // Only now: what it holds while it waits, others wait for.
      const refused = await this.limited.enter(arrival);
      if (refused) return await settle(delivery, refused, 0, true);
      await this.history.mark(delivery, 'alone');
      return await this.runHere(arrival, envelope, task, policy, settle);
    } catch (error) {
      return settle(delivery, handedBack(String(error)), 0, true);
    } finally {
      this.sole.leave();
    }
  }

  private readonly onLateEnd = (attempt: Attempt): void => {
    this.watchdog.leave(attempt);
    this.abandoned.onLateEnd(attempt);
    this.limited.onLateEnd(attempt.id);
  };

  private tellStart({ delivery, envelope, now }: Arrival): void {
    if (!this.events.has('started')) return;
    const { id, name, queue, retries } = delivery;
    const waited = waitedFor(delivery, envelope?.options.eta, now);
    this.events.emit('started', { id, task: name, queue, retries, waited });
  }

  private end(
    attempt: Attempt,
    delivery: Delivery,
    policy: TaskPolicy,
    end: AttemptEnd,
    settle: Settle,
  ): Settlement | Promise<Settlement> {
    this.running.remove(attempt);
    if (this.events.has('returned')) {
      const { id, name, queue, retries } = delivery;
      this.events.emit('returned', {
        id,
        task: name,
        queue,
        retries,
        duration: attempt.elapsed,
        how: end.kind,
      });
    }
    if (attempt.ended) this.watchdog.leave(attempt);
    if (end.kind === 'abandoned' || end.kind === 'revoked') this.abandoned.add(attempt, end.kind);
    if (attempt.completing || end.kind === 'died')
      return this.endLater(attempt, delivery, policy, end).then((outcome) =>
        settle(delivery, outcome, attempt.elapsed, attempt.ended),
      );
    return settle(delivery, this.outcomeOf(attempt, delivery, policy, end), attempt.elapsed, attempt.ended);
  }

  /** However the code ended: if its transaction was committed the call has succeeded, else it has not. */
  private async endLater(
    attempt: Attempt,
    delivery: Delivery,
    policy: TaskPolicy,
    end: AttemptEnd,
  ): Promise<Outcome> {
    if (attempt.completing) {
      const result = await attempt.completedWithin();
      if (result)
        return { name: 'succeeded', reason: result.dropped, settlement: { kind: 'completedWithin' } };
      if (endedWell(end))
        return this.outcomeOf(attempt, delivery, policy, {
          kind: 'threw',
          error: new NotCommittedError(delivery.name),
        });
    }
    return end.kind === 'died' && !attempt.revoked && attempt instanceof IsolatedAttempt
      ? this.deaths.judge(delivery, policy, attempt.child, end.exit)
      : this.outcomeOf(attempt, delivery, policy, end);
  }

  private outcomeOf(attempt: Attempt, { retries }: Delivery, policy: TaskPolicy, end: AttemptEnd): Outcome {
    if (attempt.revoked && end.kind !== 'handedBack') return revoked(REVOKED_WHILE_RUNNING);
    const { payloadLimit } = this.options;
    return attemptOutcome(end, { policy, retries, payloadLimit, random: Math.random() });
  }
}

const endedWell = (end: AttemptEnd): boolean =>
  end.kind === 'returned' || (end.kind === 'decided' && end.outcome.name === 'succeeded');
