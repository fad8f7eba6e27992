import { hostname } from 'node:os';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Broker, Delivery } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import type { CrashRecord, DeliveryMark } from '../../tasks/call-records.js';
import { insist } from '../../tasks/insist.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import { StoreClock } from '../../tasks/store-clock.js';

type Crash = Omit<CrashRecord, 'at' | 'where'>;

/** Where this process is, for people. */
export const HERE = `${hostname()}, process ${process.pid}`;

/** What is known of the deaths of calls, within a bound. */
@Injectable()
export class CrashHistory {
  private readonly logger = new Logger('Worker');

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly clock: StoreClock,
  ) {}

  /**
   * Keeps a crash.
   *
   * @returns how many are charged to the call; 0 if they could not be kept, and the broker does not answer
   */
  async add({ queue, id }: Delivery, crash: Crash, where = HERE): Promise<number> {
    const record: CrashRecord = { ...crash, where, at: Math.round(this.clock.now()) };
    try {
      const crashes = await this.insist(() => this.broker.records.addCrash(queue, id, record));
      return crashes.filter(({ charged }) => charged).length;
    } catch (error) {
      this.logger.error(`The crash of "${id}" could not be kept: ${String(error)}`);
      return 0;
    }
  }

  /** The mark its last delivery left, if that one was lost. @throws {@link BrokerUnavailableError} */
  async lostMark({ queue, id, deliveries, losses }: Delivery): Promise<DeliveryMark | undefined> {
    const mark = await this.insist(() => this.broker.records.mark(queue, id));
    return mark && mark.delivery === deliveries - 1 && mark.losses < losses ? mark : undefined;
  }

  /** How many crashes are charged to the call. @throws {@link BrokerUnavailableError} */
  async charged({ queue, id }: Delivery): Promise<{ count: number; how: string }> {
    const crashes = await this.insist(() => this.broker.records.crashes(queue, id));
    return { count: crashes.filter(({ charged }) => charged).length, how: crashes.at(-1)?.how ?? '' };
  }

  /** @throws {@link BrokerUnavailableError} */
  async mark({ queue, id, deliveries, losses }: Delivery, kind: DeliveryMark['kind'] | null): Promise<void> {
    const mark = kind && { kind, where: HERE, delivery: deliveries, losses };
    await this.insist(() => this.broker.records.setMark(queue, id, mark));
  }

  private insist<T>(operation: () => Promise<T>): Promise<T> {
    const timeout = (this.options.worker?.lockTime ?? 1_000) / 2;
    return insist(this.broker, 'the records of a call', timeout, operation);
  }
}
