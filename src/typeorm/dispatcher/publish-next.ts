import type { EntityManager } from 'typeorm';
import type { NewJob } from '../../tasks/broker-port.js';
import type { CallTable, WaitingCall } from '../call-table/call-table.js';

const BATCH = 200;

/** What publishing needs to know. */
export interface Publishing {
  readonly table: CallTable;
  /** Hands calls to the broker, or fails within a bound. */
  readonly publish: (queue: string, jobs: readonly NewJob[]) => Promise<unknown>;
  /** The broker's time. */
  readonly now: () => number;
  /** How long `publish` may take, in ms; as long again for calls that others like them may keep away. */
  readonly patience: number;
}

/** What is left of a queue; `busy`: another process is publishing it. */
export type Left = 'more' | 'nothing' | 'busy';

/**
 * Publishes the next calls of a queue in a transaction of its own.
 *
 * They are deleted after the broker has confirmed them. A crash between the two publishes them again, and their ids
 * make that do nothing for as long as the broker keeps the first ones.
 */
export async function publishNext(
  transaction: EntityManager,
  queue: string,
  { table, publish, now, patience }: Publishing,
): Promise<Left> {
  if (!(await table.takeQueue(transaction, queue, patience * 3))) return 'busy';
  const calls = await table.next(transaction, queue, BATCH);
  if (calls.length === 0) return 'nothing';
  await publish(
    queue,
    calls.map((call) => toJob(call, now())),
  );
  await table.delete(transaction, calls);
  return calls.length === BATCH ? 'more' : 'nothing';
}

function toJob({ seq: _seq, ...call }: WaitingCall, now: number): NewJob {
  return { ...call, delay: Math.max(0, (call.envelope.options.eta ?? now) - now) };
}
