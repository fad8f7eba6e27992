import {
  type BackendFactory,
  type IQueueBackend,
  type JobJson,
  PostgresQueueBackend,
  type QueueBaseOptions,
  type WorkerOptions,
} from 'bullmq';
import type { Pool } from 'pg';
import type { ConnectionBudget, PoolUse } from '../../tasks/broker-port.js';
import type { QueueState } from '../../tasks/queue-state.js';
import { PARKED_PREFIX } from '../../tasks/envelope/stored-outcome.js';
import { BrokerUnavailableError } from '../../tasks/errors/broker.errors.js';
import { atMost } from '../../tasks/at-most.js';
import type { FairNumbers, Store } from '../bullmq/store.js';
import { Listener } from './listener.js';
import { migrate } from './migrate.js';
import { connectionSettings, loadPg, LONGEST_SILENCE } from './connection-settings.js';
import { Sockets } from './sockets.js';
import { PostgresTransactions } from './postgres-transactions.js';
import { SharedConnection } from './shared-connection.js';
import { PostgresGates } from './limits/postgres-gates.js';
import { PostgresPresence } from './postgres-presence.js';
import { PostgresSchedules } from './postgres-schedules.js';
import { glanceAt } from './queue-glance.js';
import { PostgresRecords } from './postgres-records.js';
import { FAIR_NUMBERS } from './fair-statements.js';
import * as sql from './statements.js';

/** A server that is silent does not take leave; its connections are cut after this time. */
const CLOSING_TIME = 2_000;

/** Where the database is; an embedded server is started when asked, and stopped when released. */
export interface DatabaseSource {
  acquire(): Promise<{ readonly url: string; release(): Promise<void> }>;
}

export interface PostgresStoreOptions {
  readonly database: DatabaseSource;
  readonly schema: string;
  readonly poolSize: number;
  readonly description: string;
}

/**
 * BullMQ's Postgres backend. All queues and workers of a process share one pool for statements and one connection
 * that listens. No statement holds a pooled connection beyond itself, so however many queues there are, none starves.
 */
export class PostgresStore implements Store {
  private readonly sockets = new Sockets();
  private pg: Pool | undefined;
  private listener: Listener | undefined;
  readonly transactions: PostgresTransactions;
  readonly gates = new PostgresGates(() => this.opened);
  readonly presence = new PostgresPresence(() => this.opened);
  readonly schedules: PostgresSchedules;
  private closing: Promise<void> | undefined;
  private release: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly options: PostgresStoreOptions,
    private readonly onError: (error: Error) => void,
  ) {
    this.transactions = new PostgresTransactions(options.schema, () => this.opened.connect());
    this.schedules = new PostgresSchedules(() => this.opened, this.transactions);
  }

  get description(): string {
    return this.options.description;
  }

  async open(): Promise<void> {
    const pg = await loadPg();
    const { database, schema, poolSize } = this.options;
    const server = await database.acquire();
    this.release = () => server.release();
    const settings = connectionSettings(server.url, schema, () => this.sockets.create());
    // Looking at the socket costs less than a timer for every statement; idle ones the pool has closed by then.
    const stream = () => this.sockets.create(LONGEST_SILENCE);
    this.pg = new pg.Pool({ ...settings, stream, query_timeout: undefined, max: poolSize });
    this.pg.on('error', this.onError);
    this.listener = new Listener(() => new pg.Client(settings));
    try {
      await migrate(() => new pg.Client(settings), schema, this.description);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  close(): Promise<void> {
    this.closing ??= this.disconnect();
    return this.closing;
  }

  readonly queueBackend: BackendFactory<IQueueBackend> = (name, opts) => this.backend(name, opts);
  readonly workerBackend: BackendFactory<IQueueBackend> = (name, opts) => {
    const backend = this.backend(name, opts);
    backend.moveStalledJobsToWait = () => this.sweep(name, (opts as WorkerOptions).stalledInterval);
    return backend;
  };

  connectionBudget(): ConnectionBudget {
    const { poolSize } = this.options;
    return { total: poolSize + 1, parts: { 'shared pool': poolSize, listening: 1 } };
  }

  async version(): Promise<string> {
    const { rows } = await this.opened.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version ?? 'unknown';
  }

  get pool(): PoolUse {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.opened;
    return { total, idle, waiting };
  }

  async time(): Promise<number> {
    const { rows } = await this.opened.query<{ now: string }>(sql.TIME);
    return Number(rows[0]?.now);
  }

  async dueAt(queue: string, id: string): Promise<number | undefined> {
    const { rows } = await this.opened.query<{ process_at_ms: string | null }>(sql.DUE_AT, [queue, id]);
    const due = rows[0]?.process_at_ms;
    return due === null || due === undefined ? undefined : Number(due);
  }

  async handBack(queue: string, id: string, token: string, lost: boolean): Promise<boolean> {
    const { rowCount } = await this.opened.query(sql.HAND_BACK, [queue, id, token, lost ? 1 : 0]);
    return rowCount === 1;
  }

  async reclaim(queue: string, workerId: string): Promise<string[]> {
    const { rows } = await this.opened.query<{ id: string }>(sql.RECLAIM, [queue, workerId]);
    return rows.map((row) => row.id);
  }

  async revoke(queue: string, id: string, reason: string, terminate: boolean): ReturnType<Store['revoke']> {
    const { rows } = await this.opened.query<{ was: 'pending' | 'running' | 'ended' }>(sql.REVOKE, [
      queue,
      id,
      reason,
      terminate,
    ]);
    return rows[0]?.was ?? 'unknown';
  }

  async releaseKey(queue: string, key: string, holder: string): Promise<void> {
    await this.opened.query(sql.RELEASE_KEY, [queue, key, holder]);
  }

  readonly fairNumbers: FairNumbers = async (queue, level, tenants) => {
    const { rows } = await this.opened.query<{ numbers: string[] }>(FAIR_NUMBERS, [queue, level, tenants]);
    return (rows[0]?.numbers ?? []).map(Number);
  };

  async clearLosses(queue: string, id: string): Promise<void> {
    await this.opened.query(sql.CLEAR_LOSSES, [queue, id]);
  }

  queueState(queue: string): Promise<QueueState> {
    return glanceAt(this.opened, queue);
  }

  get records(): PostgresRecords {
    return new PostgresRecords(this.opened);
  }

  async parked(queue: string, tasks: readonly string[]): Promise<string[]> {
    const { rows } = await this.opened.query<{ id: string }>(sql.PARKED, [queue, tasks, `${PARKED_PREFIX}%`]);
    return rows.map((row) => row.id);
  }

  /** Postgres keeps jsonb: what is there can be read. */
  async repairUnreadable(): Promise<string[]> {
    return [];
  }

  private async addAlike(queue: string, job: JobJson): Promise<string> {
    const { rows } = await this.opened.query<{ id: string | null }>(sql.ADD_ALIKE, addingAlike(queue, job));
    const id = rows[0]?.id;
    if (id === null || id === undefined)
      throw new Error(`A transaction holds the key "${job.deduplicationId}"; it has not ended`);
    return id;
  }

  /** Takes calls whose lock has run out from their workers; their ids. */
  private async sweep(queue: string, interval = 0): Promise<string[]> {
    const { rows } = await this.opened.query<{ id: string }>(sql.SWEEP, [queue, interval]);
    return rows.map((row) => row.id);
  }

  private async disconnect(): Promise<void> {
    const ended = Promise.all([this.listener?.close(), this.pg?.end()]);
    if (!(await atMost(CLOSING_TIME, ended))) this.sockets.cut();
    await this.release();
  }

  private get opened(): Pool {
    if (!this.pg) throw new BrokerUnavailableError(this.description, 'before it was opened', '0s');
    return this.pg;
  }

  private backend(name: string, opts: QueueBaseOptions): IQueueBackend {
    if (!this.listener) throw new BrokerUnavailableError(this.description, 'before it was opened', '0s');
    const connection = new SharedConnection(this.opened, this.listener);
    const backend = new PostgresQueueBackend(connection, name, opts as never);
    const addJob = backend.addJob.bind(backend);
    backend.addJob = (job, id, ...rest) =>
      job.deduplicationId === undefined ? addJob(job, id, ...rest) : this.addAlike(name, job);
    return backend;
  }
}

/** The parameters of {@link sql.ADD_ALIKE}. */
function addingAlike(
  queue: string,
  { id, name, data, opts, timestamp, deduplicationId }: JobJson,
): unknown[] {
  const { priority = 0, delay = 0, deduplication } = opts;
  const givesWay = deduplication?.replace !== true;
  const options = JSON.stringify(opts);
  return [queue, id, name, data, options, priority, delay, timestamp, deduplicationId, givesWay];
}
