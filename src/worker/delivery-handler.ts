import { Inject, Injectable } from '@nestjs/common';
import type { Delivery, DeliveryHandler, Settlement } from '../tasks/broker-port.js';
import { NotCommittedError } from '../tasks/errors/transaction.errors.js';
import { TaskEvents } from '../tasks/events/task-events.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../tasks/options/resolve-module-options.js';
import type { TaskPolicy } from '../tasks/options/task-policy.js';
import { StoreClock } from '../tasks/store-clock.js';
import { AbandonedRuns } from './abandoned-runs.js';
import { RunnableTasks } from './invoke/runnable-tasks.js';
import { Attempt, type AttemptEnd } from './run/attempt.js';
import { attemptOutcome } from './run/attempt-outcome.js';
import { RunningAttempts } from './running-attempts.js';
import type { Arrival, Stage } from './stages/arrival.js';
import { checkEta } from './stages/check-eta.js';
import { checkExpiry } from './stages/check-expiry.js';
import { checkLosses } from './stages/check-losses.js';
import { decode } from './stages/decode.js';
import type { Outcome } from './stages/outcome.js';
import { route } from './stages/route.js';

/**
 * Takes a delivery through its stages: decode, route, losses, eta, expiry, run. The first that has something to say
 * ends it; what it says is settled with the broker and told to those who listen.
 */
@Injectable()
export class TaskDeliveryHandler {
  private readonly stages: readonly Stage[];
  private draining = false;

  constructor(
    tasks: RunnableTasks,
    private readonly clock: StoreClock,
    private readonly events: TaskEvents,
    private readonly running: RunningAttempts,
    private readonly abandoned: AbandonedRuns,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {
    const { parkFor } = options;
    this.stages = [decode(parkFor), route(tasks, parkFor), checkLosses, checkEta, checkExpiry];
  }

  // Not async: one promise less for every delivery.
  readonly handle: DeliveryHandler = (delivery) => {
    if (this.draining) return Promise.resolve({ kind: 'handBack' });
    const arrival: Arrival = { delivery, now: this.clock.now() };
    for (const stage of this.stages) {
      const outcome = stage(arrival);
      if (outcome) return Promise.resolve(this.settle(delivery, outcome, 0));
    }
    return this.run(arrival);
  };

  /** From now on deliveries are handed back untouched. */
  drain(): void {
    this.draining = true;
  }

  private run({ delivery, envelope, task, policy }: Arrival): Promise<Settlement> {
    if (!envelope || !task || !policy)
      throw new Error('A delivery reached the run stage without passing the others');
    const attempt = new Attempt(delivery, envelope.args, envelope.headers, policy, this.abandoned.onLateEnd);
    this.running.add(attempt);
    if (this.events.has('started')) {
      this.events.emit('started', { ...identify(delivery), retries: delivery.retries });
    }
    return attempt.run(() => task.invoke(attempt)).then((end) => this.end(attempt, delivery, policy, end));
  }

  private end(
    attempt: Attempt,
    delivery: Delivery,
    policy: TaskPolicy,
    end: AttemptEnd,
  ): Settlement | Promise<Settlement> {
    this.running.remove(attempt);
    if (end.kind === 'abandoned' || end.kind === 'handedBack') this.abandoned.add(attempt, end.kind);
    return attempt.completing
      ? this.settleCompleting(attempt, delivery, policy, end)
      : this.settle(delivery, this.outcomeOf(end, delivery, policy), attempt.elapsed);
  }

  /** However the code ended: if its transaction was committed the call has succeeded, else it has not. */
  private async settleCompleting(
    attempt: Attempt,
    delivery: Delivery,
    policy: TaskPolicy,
    end: AttemptEnd,
  ): Promise<Settlement> {
    const result = await attempt.completedWithin();
    if (result) {
      const settlement = { kind: 'completedWithin' } as const;
      return this.settle(
        delivery,
        { name: 'succeeded', reason: result.dropped, settlement },
        attempt.elapsed,
      );
    }
    const ended: AttemptEnd =
      end.kind === 'returned' ? { kind: 'threw', error: new NotCommittedError(delivery.name) } : end;
    return this.settle(delivery, this.outcomeOf(ended, delivery, policy), attempt.elapsed);
  }

  private outcomeOf(end: AttemptEnd, { retries }: Delivery, policy: TaskPolicy): Outcome {
    const { payloadLimit } = this.options;
    return attemptOutcome(end, { policy, retries, payloadLimit, random: Math.random() });
  }

  private settle(delivery: Delivery, outcome: Outcome, duration: number): Settlement {
    if (this.events.has(outcome.name)) {
      const { name, settlement: _, ...told } = outcome;
      this.events.emit(name, { ...identify(delivery), retries: delivery.retries, duration, ...told });
    }
    if (outcome.name === 'succeeded' && outcome.reason !== undefined) {
      this.events.emit('result dropped', { ...identify(delivery), reason: outcome.reason });
    }
    return outcome.settlement;
  }
}

const identify = ({ id, name, queue }: Delivery) => ({ id, task: name, queue });
