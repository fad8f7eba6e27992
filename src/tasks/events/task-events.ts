import { Injectable, Logger } from '@nestjs/common';
import type { ErrorRecord } from '../encoder/error-record.js';
import type { HealthStatus } from '../health/health-source.js';
import type { ScheduleTimes } from '../schedule-headers.js';

/** Facts every event of a call carries. */
export interface TaskEvent {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
}

/** A delivery whose code is about to run. */
export interface StartEvent extends TaskEvent {
  /** Retries before this attempt: 0 in the first. */
  readonly retries: number;
  /** Milliseconds from when it was due until now; undefined for a later delivery, whose due time nobody keeps. */
  readonly waited: number | undefined;
}

/** Code that has come to its end, or was given up. What that means for its call is told by the next event. */
export interface ReturnEvent extends TaskEvent {
  readonly retries: number;
  /** Milliseconds from the start of the attempt. */
  readonly duration: number;
  /**
   * `abandoned`: it was past its hard limit. `died`: its process did. `decided`: it ran in a child process, to its end.
   */
  readonly how: 'returned' | 'threw' | 'abandoned' | 'handedBack' | 'revoked' | 'decided' | 'died';
}

/** What happened to one delivery. `error` is the thrown value, with its class and cause. */
export interface DeliveryEvent extends TaskEvent {
  readonly retries: number;
  /** What its publisher sent along. */
  readonly headers: Readonly<Record<string, string>>;
  /** What it was called with. Mind what you do with it: it may be nobody else's business. */
  readonly args: readonly unknown[];
  /** Milliseconds from the start of the attempt; 0: its code did not begin. */
  readonly duration: number;
  /** Milliseconds from when it was due until then; undefined for a later delivery, whose due time nobody keeps. */
  readonly waited: number | undefined;
  readonly reason?: string;
  readonly error?: unknown;
  readonly record?: ErrorRecord;
  /** The error is one of the task's `throws`. */
  readonly expected?: boolean;
  /** Milliseconds until the call comes back, for `retried`, `snoozed`, `deferred` and `parked`. */
  readonly delay?: number;
}

/** A delivery that this worker could not bring to its end. Another may have the call by now. */
export interface LossEvent extends TaskEvent {
  /**
   * `lock lost`: while it ran. `refused`: the broker did not take its outcome. `died`: its child process did; it runs
   * again.
   */
  readonly how: 'lock lost' | 'refused' | 'died';
  readonly reason: string;
}

/** Something that is watched has become better or worse. Told by one process of the cluster. */
export interface HealthEvent {
  /** What it is: `broker`, `queue email`, `outbox`. */
  readonly key: string;
  readonly from: HealthStatus;
  readonly to: HealthStatus;
  /** For people. */
  readonly message: string;
  /** Milliseconds it was as it was before. */
  readonly lasted: number;
}

/** A slot of a schedule has become a call. */
export interface ScheduleEvent extends TaskEvent {
  /** Id of the schedule. */
  readonly schedule: string;
  /** The time it was scheduled for, in ms; null: somebody had it run. */
  readonly slot: number | null;
  readonly when: ScheduleTimes;
}

export interface TaskEventMap {
  sent: TaskEvent & { readonly duplicate: boolean };
  /** In the process that fired it. */
  scheduled: ScheduleEvent;
  /** Before the task's code, and in its context. */
  started: StartEvent;
  /** After it. */
  returned: ReturnEvent;
  succeeded: DeliveryEvent;
  retried: DeliveryEvent;
  failed: DeliveryEvent;
  ignored: DeliveryEvent;
  snoozed: DeliveryEvent;
  /** By a limit: no retry is spent. */
  deferred: DeliveryEvent;
  parked: DeliveryEvent;
  expired: DeliveryEvent;
  revoked: DeliveryEvent;
  quarantined: DeliveryEvent;
  'handed back': DeliveryEvent;
  lost: LossEvent;
  abandoned: TaskEvent & { readonly reason: string };
  'result dropped': TaskEvent & { readonly reason: string };
  'health changed': HealthEvent;
}

export type TaskEventName = keyof TaskEventMap;

/** The events of calls: all but those of health. */
export type CallEventName = Exclude<TaskEventName, 'health changed'>;

/** The events that end a delivery: one of them is told of each, as soon as it is decided. */
export const OUTCOMES = [
  'succeeded',
  'retried',
  'failed',
  'ignored',
  'snoozed',
  'deferred',
  'parked',
  'expired',
  'revoked',
  'quarantined',
  'handed back',
] as const satisfies readonly TaskEventName[];

export type TaskOutcome = (typeof OUTCOMES)[number];

/** May be asynchronous: nobody waits for it. */
export type TaskListener<E extends TaskEventName> = (event: TaskEventMap[E]) => unknown;

/**
 * What happens to calls in this process: to those it sends, and to those it runs, be it in child processes. Listeners are
 * told after the fact; what one throws is logged and changes nothing. Celery: signals.
 *
 * @publicApi
 */
@Injectable()
export class TaskEvents {
  private readonly logger = new Logger(TaskEvents.name);
  private readonly listeners = new Map<TaskEventName, Set<TaskListener<never>>>();

  /** @returns a function that removes the listener */
  on<E extends TaskEventName>(event: E, listener: TaskListener<E>): () => void {
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set.add(listener as TaskListener<never>));
    return () => void set.delete(listener as TaskListener<never>);
  }

  /** Listens to several. @returns a function that removes the listener */
  onEach<E extends TaskEventName>(
    events: readonly E[],
    listener: (name: E, event: TaskEventMap[E]) => unknown,
  ): () => void {
    const removals = events.map((name) => this.on(name, (event) => listener(name, event)));
    return () => removals.forEach((remove) => remove());
  }

  /** Whether making the event is worth its while. */
  has(event: TaskEventName): boolean {
    return (this.listeners.get(event)?.size ?? 0) > 0;
  }

  emit<E extends TaskEventName>(name: E, event: TaskEventMap[E]): void {
    for (const listener of this.listeners.get(name) ?? []) {
      try {
        const going = (listener as TaskListener<E>)(event);
        if (going instanceof Promise) going.catch((error: unknown) => this.complain(name, error));
      } catch (error) {
        this.complain(name, error);
      }
    }
  }

  private complain(name: TaskEventName, error: unknown): void {
    this.logger.error(`A listener of "${name}" failed`, error);
  }
}
