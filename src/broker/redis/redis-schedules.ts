import {
  createIORedisClient,
  createRedisBackend,
  type IRedisTransaction,
  type JobJson,
  type QueueBaseOptions,
  type RedisQueueBackend,
} from 'bullmq';
import type { Redis } from 'ioredis';
import type {
  ScheduleChange,
  ScheduleStore,
  StoredSchedule,
  TakenSchedules,
} from '../../tasks/schedule-store.js';
import type { StoreSchedules } from '../bullmq/store.js';
import { ADVANCE, ALL, CHANGE, GET, REMOVE, TAKE } from './schedule-scripts.js';

/** What a schedule gets that nobody need look at. */
const NEVER = '+inf';

/**
 * A hash for each schedule, and a sorted set of all by when somebody must look at them; who takes one puts that off for as
 * long as it keeps it.
 */
export class RedisSchedules implements StoreSchedules {
  private readonly backends = new WeakMap<Redis, Map<string, RedisQueueBackend>>();
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly redis: () => Redis,
    /** A connection of its own: a WATCH is one of its connection. It does not reconnect, which would forget it. */
    private readonly firing: () => Promise<Redis>,
    private readonly prefix: string,
  ) {}

  async all(): ReturnType<ScheduleStore['all']> {
    const [now = '0', ...flat] = (await ALL.run(this.redis(), this.key)) as string[];
    return { now: Number(now), schedules: readAll(flat) };
  }

  async get(id: string): ReturnType<ScheduleStore['get']> {
    const [now = '0', ...flat] = (await GET.run(this.redis(), this.key, id)) as string[];
    return { now: Number(now), schedule: readAll(flat)[0] };
  }

  async take(queues: readonly string[], lease: number, most: number): Promise<TakenSchedules> {
    const answer = (await TAKE.run(this.redis(), this.key, Math.ceil(lease), most, ...queues)) as string[];
    const [now = '0', next = '', ...flat] = answer;
    return { now: Number(now), next: next === '' ? undefined : Number(next), taken: readAll(flat) };
  }

  async change(change: ScheduleChange): Promise<boolean> {
    return (await CHANGE.run(this.redis(), this.key, ...argumentsOf(change))) === 1;
  }

  async remove(id: string, revision: number): Promise<boolean> {
    return (await REMOVE.run(this.redis(), this.key, id, revision)) === 1;
  }

  /** One after another: they share a connection. */
  fire(change: ScheduleChange, job: JobJson): Promise<string | undefined> {
    const fired = this.last.then(() => this.fireNow(change, job));
    this.last = fired.catch(() => undefined);
    return fired;
  }

  private async fireNow(change: ScheduleChange, job: JobJson): Promise<string | undefined> {
    const connection = await this.firing();
    try {
      return await this.fireOn(connection, change, job);
    } catch (error) {
      // What it watches, and what it has yet to answer, is of no use to the next.
      connection.disconnect();
      throw error;
    }
  }

  private async fireOn(connection: Redis, change: ScheduleChange, job: JobJson): Promise<string | undefined> {
    const { queue } = change;
    const backend = await this.backend(connection, queue);
    const key = this.keyOf(change.id);
    await connection.watch(key);
    const revision = Number((await connection.hget(key, 'revision')) ?? 0);
    if (revision !== change.revision) {
      await connection.unwatch();
      return undefined;
    }
    const transaction = createIORedisClient(connection).multi();
    // BullMQ's type of what this gives is ioredis' own.
    const commands = transaction as unknown as IRedisTransaction;
    await backend.addJobToTransaction(commands, job, job.id);
    // A command that fails takes nothing back of a MULTI: the schedule goes on only if the call is there.
    const held = job.deduplicationId === undefined ? '' : `${this.prefix}:${queue}:de:${job.deduplicationId}`;
    const call = `${this.prefix}:${queue}:${job.id}`;
    transaction.eval(ADVANCE, 3, this.key, call, held, ...argumentsOf(change));
    const answers = (await transaction.exec()) as [Error | null, unknown][] | null;
    if (!answers) return undefined;
    for (const [error] of answers) if (error) throw error;
    return String(answers[0]?.[1]);
  }

  private async backend(connection: Redis, queue: string): Promise<RedisQueueBackend> {
    const known = this.backends.get(connection) ?? new Map<string, RedisQueueBackend>();
    this.backends.set(connection, known);
    let backend = known.get(queue);
    if (!backend) {
      const options: QueueBaseOptions & { prefix: string } = { connection, prefix: this.prefix };
      backend = createRedisBackend(queue, options) as RedisQueueBackend;
      known.set(queue, backend);
    }
    // It makes its commands known to the connection.
    await backend.waitUntilReady();
    return backend;
  }

  private get key(): string {
    return `${this.prefix}:celeriac.schedules`;
  }

  private keyOf(id: string): string {
    return `${this.key}:${id}`;
  }
}

const argumentsOf = ({ id, revision, record, due, queue }: ScheduleChange): (string | number)[] => [
  id,
  revision,
  JSON.stringify(record),
  due === null ? NEVER : Math.ceil(due),
  queue,
];

function readAll(flat: readonly string[]): StoredSchedule[] {
  const schedules: StoredSchedule[] = [];
  for (let place = 0; place < flat.length; place += 3) {
    const [id = '', revision = '0', record = 'null'] = flat.slice(place, place + 3);
    schedules.push({ id, revision: Number(revision), record: JSON.parse(record) as unknown });
  }
  return schedules;
}
