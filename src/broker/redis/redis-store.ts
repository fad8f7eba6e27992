import { type BackendFactory, createRedisBackend, type IQueueBackend, type QueueBaseOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ConnectionBudget } from '../../tasks/broker-port.js';
import type { QueueState } from '../../tasks/queue-state.js';
import { PARKED_PREFIX } from '../../tasks/envelope/stored-outcome.js';
import { BrokerUnavailableError } from '../../tasks/errors/broker.errors.js';
import type { FairNumbers, Store } from '../bullmq/store.js';
import { connectRedis, type RedisConnections } from './redis-connections.js';
import { evictionWarning } from './eviction-policy.js';
import { RedisGates } from './limits/redis-gates.js';
import { glanceAt } from './queue-glance.js';
import { RedisPresence } from './redis-presence.js';
import { RedisSchedules } from './redis-schedules.js';
import { RedisRecords } from './redis-records.js';
import { FAIR_NUMBERS } from './fair-script.js';
import { GIVE_BACK, RECLAIM, RELEASE_KEY, REVOKE } from './scripts.js';
import { repairUnreadableJobs } from './unreadable-jobs.js';

type RedisQueueOptions = QueueBaseOptions & { prefix: string };

const PAGE = 500;
/** BullMQ keeps the due time of a delayed job in the upper bits of its score. */
const SCORE_UNIT = 0x1000;

/** BullMQ's Redis backend. One connection calls, one works, and one more waits for each consumed queue. */
export class RedisStore implements Store {
  readonly description = 'redis';
  readonly gates: RedisGates;
  readonly presence: RedisPresence;
  readonly schedules: RedisSchedules;
  private connections: RedisConnections | undefined;

  constructor(
    private readonly url: string,
    private readonly prefix: string,
    private readonly warn: (message: string) => void,
    private readonly onError: (error: Error) => void,
  ) {
    this.gates = new RedisGates(() => this.calling, prefix);
    this.presence = new RedisPresence(() => this.calling, `${prefix}:celeriac.presence`);
    this.schedules = new RedisSchedules(
      () => this.calling,
      () => this.opened.firing(),
      prefix,
    );
  }

  async open(): Promise<void> {
    this.connections = await connectRedis(this.url, this.onError);
    try {
      const warning = await evictionWarning(this.calling);
      if (warning) this.warn(warning);
    } catch (error) {
      this.warn(
        `The maxmemory-policy of Redis could not be read; it should be noeviction (${String(error)})`,
      );
    }
  }

  async close(): Promise<void> {
    this.connections?.disconnect();
  }

  readonly queueBackend: BackendFactory<IQueueBackend> = (name, opts, kind) =>
    this.backend(name, opts, this.calling, kind);

  readonly workerBackend: BackendFactory<IQueueBackend> = (name, opts, kind) =>
    this.backend(name, opts, this.opened.working, kind);

  connectionBudget(consumedQueues: number, schedules: boolean): ConnectionBudget {
    return {
      total: 2 + consumedQueues + (schedules ? 1 : 0),
      parts: {
        calling: 1,
        working: 1,
        'waiting for work': consumedQueues,
        ...(schedules && { 'firing schedules': 1 }),
      },
    };
  }

  async version(): Promise<string> {
    return /^redis_version:(\S+)/m.exec(await this.calling.info('server'))?.[1] ?? 'unknown';
  }

  async time(): Promise<number> {
    const [seconds, microseconds] = await this.calling.time();
    return Number(seconds) * 1_000 + Number(microseconds) / 1_000;
  }

  async dueAt(queue: string, id: string): Promise<number | undefined> {
    const score = await this.calling.zscore(`${this.queueKey(queue)}:delayed`, id);
    return score === null ? undefined : Math.floor(Number(score) / SCORE_UNIT);
  }

  async handBack(queue: string, id: string, token: string, lost: boolean): Promise<boolean> {
    const counted = lost ? 1 : 0;
    return (await this.calling.eval(GIVE_BACK, 1, this.queueKey(queue), id, token, counted)) === 1;
  }

  reclaim(queue: string, workerId: string): Promise<string[]> {
    return this.calling.eval(RECLAIM, 1, this.queueKey(queue), workerId) as Promise<string[]>;
  }

  revoke(queue: string, id: string, reason: string, terminate: boolean): ReturnType<Store['revoke']> {
    const answer = this.calling.eval(REVOKE, 1, this.queueKey(queue), id, reason, terminate ? 1 : 0);
    return answer as ReturnType<Store['revoke']>;
  }

  async releaseKey(queue: string, key: string, holder: string): Promise<void> {
    await this.calling.eval(RELEASE_KEY, 1, this.queueKey(queue), key, holder);
  }

  readonly fairNumbers: FairNumbers = (queue, level, tenants) =>
    this.calling.eval(FAIR_NUMBERS, 1, this.queueKey(queue), level, ...tenants) as Promise<number[]>;

  async clearLosses(queue: string, id: string): Promise<void> {
    await this.calling.hdel(`${this.queueKey(queue)}:${id}`, 'stc');
  }

  async queueState(queue: string): Promise<QueueState> {
    return glanceAt(this.calling, this.queueKey(queue), await this.time());
  }

  get records(): RedisRecords {
    return new RedisRecords(this.calling, (queue) => this.queueKey(queue));
  }

  async parked(queue: string, tasks: readonly string[]): Promise<string[]> {
    const key = this.queueKey(queue);
    const found: string[] = [];
    for (let start = 0; ; start += PAGE) {
      const ids = await this.calling.zrange(`${key}:delayed`, start, start + PAGE - 1);
      const page = this.calling.pipeline();
      for (const id of ids) page.hmget(`${key}:${id}`, 'name', 'failedReason');
      const rows = ((await page.exec()) ?? []).map(([, row]) => row as (string | null)[]);
      for (const [index, [name, reason]] of rows.entries()) {
        if (name && tasks.includes(name) && reason?.startsWith(PARKED_PREFIX)) found.push(ids[index] ?? '');
      }
      if (ids.length < PAGE) return found;
    }
  }

  repairUnreadable(queue: string): Promise<string[]> {
    return repairUnreadableJobs(this.calling, this.queueKey(queue));
  }

  private queueKey(queue: string): string {
    return `${this.prefix}:${queue}`;
  }

  private get opened(): RedisConnections {
    if (!this.connections) throw new BrokerUnavailableError('redis', 'before it was opened', '0s');
    return this.connections;
  }

  private get calling(): Redis {
    return this.opened.calling;
  }

  private backend(
    name: string,
    opts: QueueBaseOptions,
    connection: Redis,
    kind: Parameters<BackendFactory>[2],
  ): IQueueBackend {
    const placed: RedisQueueOptions = { ...opts, connection, prefix: this.prefix };
    return createRedisBackend(name, placed, kind);
  }
}
