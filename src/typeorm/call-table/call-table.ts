import type { Envelope } from '../../tasks/envelope/envelope.js';
import type { Dedup, JobPriority, NewJob, StoredJob } from '../../tasks/broker-port.js';
import type { Transaction } from '../../tasks/index.js';
import { BACKLOG, DELETE, EXISTS, FIND, INSERT, NEXT, QUEUES, TAKE_QUEUE } from './call-table.sql.js';

/** The envelope, and what the broker must know beside it when the call is published. */
interface TableEnvelope extends Envelope {
  readonly placing?: { readonly dedup?: Dedup; readonly tenant?: string };
}

/** A call as it waits in the table. */
export interface WaitingCall {
  readonly seq: string;
  readonly id: string;
  readonly name: string;
  readonly envelope: Envelope;
  readonly priority: JobPriority;
  readonly dedup?: Dedup;
  readonly tenant?: string;
}

/** Calls that wait to be published, and since when. */
export interface Backlog {
  readonly waiting: number;
  /** Age of the oldest, in ms; 0 if there is none. */
  readonly lag: number;
}

/** The statements of the call table; each on the connection it is given. */
export class CallTable {
  constructor(private readonly namespace: string) {}

  async exists(connection: Transaction): Promise<boolean> {
    const [found] = (await connection.query(EXISTS)) as { exists: boolean }[];
    return found?.exists === true;
  }

  async insert(transaction: Transaction, queue: string, jobs: readonly NewJob[]): Promise<void> {
    const rows = jobs.map(({ id, name, envelope, priority, dedup, tenant }) => ({
      id,
      name,
      envelope: dedup || tenant !== undefined ? { ...envelope, placing: { dedup, tenant } } : envelope,
      priority,
    }));
    await transaction.query(INSERT, [this.namespace, queue, JSON.stringify(rows)]);
  }

  async payload(transaction: Transaction, id: string): Promise<unknown> {
    const [call] = (await transaction.query(FIND, [this.namespace, id])) as { envelope: unknown }[];
    return call?.envelope;
  }

  /** A waiting call, in the words of the broker. */
  async find(connection: Transaction, id: string): Promise<StoredJob | null> {
    const rows = await connection.query(FIND, [this.namespace, id]);
    const [call] = rows as { name: string; envelope: Envelope; createdOn: string }[];
    return call ? asStoredJob(id, call) : null;
  }

  async queues(connection: Transaction): Promise<string[]> {
    const rows = (await connection.query(QUEUES, [this.namespace])) as { queue: string }[];
    return rows.map(({ queue }) => queue);
  }

  /** False: another process is publishing this queue. @param longestIdle ms this session may do nothing */
  async takeQueue(transaction: Transaction, queue: string, longestIdle: number): Promise<boolean> {
    const key = `celeriac:dispatch:${this.namespace}:${queue}`;
    const rows = await transaction.query(TAKE_QUEUE, [key, String(longestIdle)]);
    return (rows as { taken: boolean }[])[0]?.taken === true;
  }

  async next(transaction: Transaction, queue: string, limit: number): Promise<WaitingCall[]> {
    const rows = await transaction.query(NEXT, [this.namespace, queue, limit]);
    return (rows as Row[]).map(waitingCall);
  }

  async delete(transaction: Transaction, calls: readonly WaitingCall[]): Promise<void> {
    await transaction.query(DELETE, [calls.map(({ seq }) => seq)]);
  }

  async backlog(connection: Transaction): Promise<Backlog> {
    const [backlog] = (await connection.query(BACKLOG, [this.namespace])) as Backlog[];
    return backlog ?? { waiting: 0, lag: 0 };
  }
}

type Row = Omit<WaitingCall, 'dedup' | 'tenant'> & { readonly envelope: TableEnvelope };

function waitingCall({ envelope: { placing, ...envelope }, ...row }: Row): WaitingCall {
  return { ...row, envelope, ...placing };
}

function asStoredJob(
  id: string,
  { name, envelope, createdOn }: { name: string; envelope: Envelope; createdOn: string },
): StoredJob {
  const { eta } = envelope.options;
  return {
    id,
    name,
    data: envelope,
    state: eta === undefined ? 'waiting' : 'delayed',
    attemptsMade: 0,
    losses: 0,
    progress: undefined,
    returnValue: null,
    failedReason: undefined,
    stack: undefined,
    enqueuedAt: Number(createdOn),
    startedAt: undefined,
    finishedAt: undefined,
    dueAt: eta,
  };
}
