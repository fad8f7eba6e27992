import { hostname } from 'node:os';
import { createBroker } from '../../broker/index.js';
import { atMost } from '../../tasks/at-most.js';
import type { Broker } from '../../tasks/broker-port.js';
import { queueOfId } from '../../tasks/call-id.js';
import type { CrashRecord } from '../../tasks/call-records.js';
import { formatDuration } from '../../tasks/duration.js';
import type { BrokerOptions } from '../../tasks/options/module-options.js';
import { untilAnswered } from '../../tasks/until-answered.js';
import type { WorkerReport } from '../worker-report.js';
import { ReclaimError } from './errors.js';
import { describeEnd, type ProcessEnd } from './process-end.js';

/** A process that reclaims needs no more. */
const POOL_SIZE = 2;
const CLOSING_TIME = 2_000;

/** What a dead worker process held. */
export interface Reclaimed {
  readonly ids: readonly string[];
  readonly errors: readonly ReclaimError[];
}

/** The supervisor's own way to the broker: puts back what dead worker processes held. */
export class Recovery {
  private broker: Promise<Broker> | undefined;

  constructor(private readonly of: WorkerReport['broker']) {}

  /** Connects, and tries again when it is needed. */
  open(): Promise<Broker> {
    this.broker ??= this.connect().catch((error: unknown) => {
      this.broker = undefined;
      throw error;
    });
    return this.broker;
  }

  /** Puts back what a dead process held. While the broker is away it goes on trying, until the locks have run out. */
  async reclaim({ queues, lockTime }: WorkerReport): Promise<Reclaimed> {
    const ids: string[] = [];
    const errors: ReclaimError[] = [];
    const take = async (queue: string, owner: string) => {
      const late = (cause: unknown) => new ReclaimError(queue, formatDuration(lockTime), cause);
      ids.push(
        ...(await untilAnswered(async () => (await this.open()).reclaim(queue, owner), lockTime, late)),
      );
    };
    await Promise.all(
      queues.map(({ name, owner }) =>
        take(name, owner).catch((error: unknown) => errors.push(error as ReclaimError)),
      ),
    );
    return { ids, errors };
  }

  /** Keeps how their process ended with the calls it held; nobody knows whose doing it was. A failure costs nothing else. */
  async keepCrash(ids: readonly string[], pid: number, end: ProcessEnd): Promise<void> {
    const broker = await this.open().catch(() => undefined);
    if (!broker) return;
    const crash: CrashRecord = {
      at: Date.now(),
      where: `${hostname()}, process ${pid}`,
      how: `the worker process it shared ended (${describeEnd(end)})`,
      exitCode: end.code,
      signal: end.signal,
      memory: null,
      lastLines: [],
      charged: false,
    };
    await Promise.allSettled(ids.map((id) => broker.records.addCrash(queueOfId(id), id, crash)));
  }

  async close(): Promise<void> {
    const closed = this.broker?.then((broker) => broker.close());
    if (closed) await atMost(CLOSING_TIME, closed);
  }

  private async connect(): Promise<Broker> {
    const { options, namespace } = this.of;
    const broker = createBroker({ broker: withSmallPool(options), namespace });
    await broker.open();
    return broker;
  }
}

const withSmallPool = (options: BrokerOptions): BrokerOptions =>
  options.type === 'redis' ? options : { ...options, poolSize: POOL_SIZE };
