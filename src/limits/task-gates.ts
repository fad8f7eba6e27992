import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Gate } from '../tasks/gates.js';
import { keyFrom } from '../tasks/options/limits/key-of.js';
import type { KeyOf } from '../tasks/options/limits/limit-options.js';
import type { TaskDefinition } from '../tasks/registry/task-definition.js';
import { breakerGate, concurrencyGate, lockGate, rateGate } from './gate-of.js';

/** A gate on the way of one call, and what becomes of the call if it refuses. */
export interface CallGate {
  readonly gate: Gate;
  readonly onRefused: 'wait' | 'drop' | 'fail';
  /** What a lock is called by its users. */
  readonly key?: string;
}

/** The gates of a call, from its arguments. @throws {@link InvalidKeyError} */
export type GatesOf = (args: readonly unknown[]) => CallGate[];

type MakeGate = (args: readonly unknown[]) => CallGate;

/** What stands between the calls of a task and its code; made once for each. */
@Injectable()
export class TaskGates {
  /** This process, for limits that each worker has for itself. */
  private readonly worker = randomUUID();
  private readonly known = new Map<TaskDefinition, GatesOf | undefined>();

  /** Undefined: nothing does. */
  of(task: TaskDefinition): GatesOf | undefined {
    if (!this.known.has(task)) this.known.set(task, this.make(task));
    return this.known.get(task);
  }

  private make(task: TaskDefinition): GatesOf | undefined {
    const makers = [
      ...ratesOf(task, this.worker),
      ...concurrencyOf(task),
      ...lockOf(task),
      ...breakerOf(task),
    ];
    return makers.length === 0 ? undefined : (args) => makers.map((make) => make(args));
  }
}

function ratesOf(task: TaskDefinition, worker: string): MakeGate[] {
  return task.policy.rateLimit.map(({ name, rate, per, onExceeded }) => {
    const onRefused = onExceeded === 'delay' ? 'wait' : onExceeded;
    const key = keyMaker(task, 'rateLimit.per', per, worker);
    return (args) => ({ gate: rateGate(name, rate, key(args)), onRefused });
  });
}

function concurrencyOf(task: TaskDefinition): MakeGate[] {
  const { maxConcurrency } = task.policy;
  if (!maxConcurrency) return [];
  const key = keyMaker(task, 'maxConcurrency.per', maxConcurrency.per ?? 'cluster', '');
  return [
    (args) => ({ gate: concurrencyGate(task.name, maxConcurrency.limit, key(args)), onRefused: 'wait' }),
  ];
}

function lockOf(task: TaskDefinition): MakeGate[] {
  const { lock, onLocked } = task.policy;
  if (!lock) return [];
  return [
    (args) => {
      const key = keyFrom(task.name, 'lock', lock, args);
      return { gate: lockGate(key), onRefused: onLocked, key };
    },
  ];
}

/** Last: it refuses nothing that another gate lets pass, unless what it guards is down. */
function breakerOf({ policy: { breaker } }: TaskDefinition): MakeGate[] {
  if (!breaker) return [];
  const gate = breakerGate(breaker.name, breaker);
  return [() => ({ gate, onRefused: 'wait' })];
}

function keyMaker(
  task: TaskDefinition,
  option: string,
  per: 'cluster' | 'worker' | KeyOf,
  worker: string,
): (args: readonly unknown[]) => string | undefined {
  if (per === 'cluster') return () => undefined;
  if (per === 'worker') return () => worker;
  return (args) => keyFrom(task.name, option, per, args);
}
