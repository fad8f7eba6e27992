import { Injectable, Logger } from '@nestjs/common';
import type { ErrorRecord } from '../encoder/error-record.js';

/** Facts every event carries. */
export interface TaskEvent {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
}

/** What happened to one delivery. `error` is the thrown value, with its class and cause. */
export interface DeliveryEvent extends TaskEvent {
  readonly retries: number;
  /** Milliseconds from the start of the attempt. */
  readonly duration: number;
  readonly reason?: string;
  readonly error?: unknown;
  readonly record?: ErrorRecord;
  /** Milliseconds until the call comes back, for `retried`, `snoozed`, `deferred` and `parked`. */
  readonly delay?: number;
}

export interface TaskEventMap {
  sent: TaskEvent & { readonly duplicate: boolean };
  started: TaskEvent & { readonly retries: number };
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
  lost: TaskEvent & { readonly reason: string };
  abandoned: TaskEvent & { readonly reason: string };
  'result dropped': TaskEvent & { readonly reason: string };
}

export type TaskEventName = keyof TaskEventMap;
type Listener<E extends TaskEventName> = (event: TaskEventMap[E]) => void;

/**
 * What happens to calls in this process. Listeners are told after the fact; what one throws is logged and
 * changes nothing.
 *
 * @publicApi
 */
@Injectable()
export class TaskEvents {
  private readonly logger = new Logger(TaskEvents.name);
  private readonly listeners = new Map<TaskEventName, Set<Listener<never>>>();

  /** @returns a function that removes the listener */
  on<E extends TaskEventName>(event: E, listener: Listener<E>): () => void {
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set.add(listener as Listener<never>));
    return () => void set.delete(listener as Listener<never>);
  }

  /** Whether making the event is worth its while. */
  has(event: TaskEventName): boolean {
    return (this.listeners.get(event)?.size ?? 0) > 0;
  }

  emit<E extends TaskEventName>(name: E, event: TaskEventMap[E]): void {
    for (const listener of this.listeners.get(name) ?? []) {
      try {
        (listener as Listener<E>)(event);
      } catch (error) {
        this.logger.error(`A listener of "${name}" threw`, error);
      }
    }
  }
}
