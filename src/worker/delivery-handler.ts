import { Inject, Injectable } from '@nestjs/common';
import type { Broker, Delivery, DeliveryHandler, Settlement } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { type DeliveryEvent, TaskEvents } from '../tasks/events/task-events.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../tasks/options/resolve-module-options.js';
import { StoreClock } from '../tasks/store-clock.js';
import { WorkerBeat } from './worker-beat.js';
import { RunnableTasks } from './invoke/runnable-tasks.js';
import { LimitedCalls } from './limits/limited-calls.js';
import { CrashHistory } from './run/crash-history.js';
import { waitedFor } from './run/running-call.js';
import { Runs, type Settle } from './run/runs.js';
import type { Envelope } from '../tasks/envelope/envelope.js';
import type { Arrival, Stage } from './stages/arrival.js';
import { checkEta } from './stages/check-eta.js';
import { checkExpiry } from './stages/check-expiry.js';
import { checkLosses } from './stages/check-losses.js';
import { checkRevocation } from './stages/check-revocation.js';
import { decode } from './stages/decode.js';
import { handedBack } from './stages/handed-back.js';
import type { Outcome } from './stages/outcome.js';
import { releaseUnique } from './stages/release-unique.js';
import { route } from './stages/route.js';

/**
 * Takes a delivery through its stages: decode, route, revocation, losses, eta, expiry,
 * limits, run. The first that has something
 * to say ends it; what it says is settled with the broker and told to those who listen.
 */
@Injectable()
export class TaskDeliveryHandler {
  private readonly stages: readonly Stage[];
  private draining = false;

  constructor(
    tasks: RunnableTasks,
    history: CrashHistory,
    @Inject(BROKER) broker: Broker,
    @Inject(RESOLVED_OPTIONS) { parkFor }: ResolvedOptions,
    private readonly clock: StoreClock,
    private readonly events: TaskEvents,
    private readonly runs: Runs,
    private readonly limited: LimitedCalls,
    private readonly beat: WorkerBeat,
  ) {
    this.stages = [
      decode(parkFor),
      route(tasks, parkFor),
      checkRevocation(broker),
      checkLosses(history),
      checkEta,
      checkExpiry,
      limited.stage,
      releaseUnique(broker),
    ];
  }

  // Not async: one promise less for every delivery.
  readonly handle: DeliveryHandler = (delivery) => {
    if (this.draining) return Promise.resolve({ kind: 'handBack' });
    this.beat.delivered(delivery.queue);
    return this.pass({ delivery, now: this.clock.now() }, 0);
  };

  /** From now on deliveries are handed back untouched. */
  drain(): void {
    this.draining = true;
  }

  private pass(arrival: Arrival, from: number): Promise<Settlement> {
    const { delivery } = arrival;
    for (let index = from; index < this.stages.length; index++) {
      const said = (this.stages[index] as Stage)(arrival);
      if (said instanceof Promise) return this.passLater(arrival, index, said);
      if (said) return Promise.resolve(this.settling(arrival)(delivery, said, 0, true));
    }
    const settle = this.settling(arrival);
    // A stage may have waited for the broker meanwhile.
    if (this.draining)
      return Promise.resolve(settle(delivery, handedBack('the worker is shutting down'), 0, true));
    return this.runs.run(arrival, settle);
  }

  /** What it holds of its limits is given back first. */
  private settling(arrival: Arrival): Settle {
    if (!this.limited.concern(arrival)) return this.settle;
    return (delivery, outcome, duration, ended) => {
      const judged = this.limited.end(arrival, outcome, ended);
      return judged instanceof Promise
        ? judged.then((later) => this.settle(delivery, later, duration))
        : this.settle(delivery, judged, duration);
    };
  }

  /** A stage asks the broker. A delivery that it cannot judge is another's. */
  private async passLater(
    arrival: Arrival,
    index: number,
    asked: Promise<Outcome | undefined>,
  ): Promise<Settlement> {
    const said = await asked.catch((error: unknown) =>
      handedBack(`the broker does not answer: ${String(error)}`),
    );
    return said ? this.settling(arrival)(arrival.delivery, said, 0, true) : this.pass(arrival, index + 1);
  }

  private readonly settle = (delivery: Delivery, outcome: Outcome, duration: number): Settlement => {
    if (this.events.has(outcome.name)) {
      const waited = waitedFor(delivery, etaOf(delivery), this.clock.now() - duration);
      this.events.emit(outcome.name, eventOf(delivery, outcome, duration, waited) as never);
    }
    if (outcome.name === 'succeeded' && outcome.reason !== undefined) {
      this.events.emit('result dropped', { ...identify(delivery), reason: outcome.reason });
    }
    return outcome.settlement;
  };
}

function eventOf(delivery: Delivery, outcome: Outcome, duration: number, waited: number | undefined): object {
  const { id, name: task, queue, retries } = delivery;
  const { headers, args } = sentAlong(delivery);
  const { reason } = outcome;
  const event = { id, task, queue, retries, headers, args, duration, waited, reason };
  // Nearly every delivery ends here: there is no more to tell of it.
  if (outcome.name === 'succeeded') return event;
  const { name: _, settlement: __, ...told } = outcome;
  return { ...event, ...told };
}

/** Whoever stored the call may have put anything there. */
function sentAlong({ data }: Delivery): Pick<DeliveryEvent, 'headers' | 'args'> {
  const { headers, args } = (data ?? {}) as Partial<Envelope>;
  return {
    headers: typeof headers === 'object' && headers !== null ? headers : {},
    args: Array.isArray(args) ? args : [],
  };
}

function etaOf({ data }: Delivery): number | undefined {
  const { options } = (data ?? {}) as Partial<Envelope>;
  return typeof options?.eta === 'number' ? options.eta : undefined;
}

const identify = ({ id, name, queue }: Delivery) => ({ id, task: name, queue });
