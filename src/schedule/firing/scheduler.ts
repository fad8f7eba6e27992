import { Inject, Injectable, Logger } from '@nestjs/common';
import { atMost } from '../../tasks/at-most.js';
import type { Broker } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import { BrokerUnavailableError } from '../../tasks/errors/broker.errors.js';
import { insist } from '../../tasks/insist.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import type { StoredSchedule } from '../../tasks/schedule-store.js';
import { StoreClock } from '../../tasks/store-clock.js';
import type { ScheduleDefinition } from '../record/schedule-definition.js';
import type { Declarer } from '../sync/plan-sync.js';
import { ScheduleSync } from '../sync/schedule-sync.js';
import { ScheduleFiring } from './schedule-firing.js';
import { KEPT, newSchedulerId, type SchedulerState } from './scheduler-beat.js';

/** For how long a process has the schedules it has taken. If it dies meanwhile, another takes them after that. */
const LEASE = 3_000;
const MOST_AT_ONCE = 100;
/** Somebody else is just about to have what is due. */
const SHORTEST_WAIT = 10;
/** What others change is noticed within this time. */
const LONGEST_WAIT = 1_000;
const SYNC_EVERY = 10_000;
const BEAT_EVERY = 4_000;
const LONGEST_ANSWER = 5_000;
/** How long a shutdown waits for the slot under way. Whether it was fired, the store knows. */
const LAST_TURN = 2_000;

/**
 * Fires the slots of schedules that are due. Every process of the cluster may do so at the same time: the store gives each
 * due schedule to one of them for a while, and lets a slot become a call only once.
 */
@Injectable()
export class Scheduler {
  private readonly logger = new Logger('Scheduler');
  private readonly id = newSchedulerId();
  private readonly queues: readonly string[];
  private definitions: ReadonlyMap<string, ScheduleDefinition> = new Map();
  private self: Declarer | undefined;
  private going: Promise<void> | undefined;
  private stopping = false;
  private failing = false;
  private readonly complained = new Set<string>();
  private synced = Number.NEGATIVE_INFINITY;
  private beaten = Number.NEGATIVE_INFINITY;
  private wakeUp: () => void = () => undefined;

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    private readonly clock: StoreClock,
    private readonly sync: ScheduleSync,
    private readonly firing: ScheduleFiring,
    @Inject(RESOLVED_OPTIONS) { queues }: ResolvedOptions,
  ) {
    this.queues = Object.keys(queues);
  }

  /** @param definitions what the code of this process declares */
  async start(definitions: ReadonlyMap<string, ScheduleDefinition>): Promise<void> {
    this.definitions = definitions;
    this.self = { id: this.id, bootedAt: this.clock.now(), declares: [...definitions.keys()] };
    await this.keepUp();
    this.going = this.run();
    if (definitions.size > 0)
      this.logger.log(`Firing schedules; declared: ${[...definitions.keys()].join(', ')}`);
  }

  /** Takes no further schedule, and takes leave. */
  async stop(): Promise<void> {
    if (!this.going || this.stopping) return;
    this.stopping = true;
    this.wakeUp();
    await atMost(LAST_TURN, this.going);
    await atMost(
      LAST_TURN,
      this.broker.presence.leave(this.id).catch(() => undefined),
    );
  }

  /** Something has changed: what is due is looked for now. */
  wake(): void {
    this.wakeUp();
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      const wait = await this.turn();
      if (wait > 0 && !this.stopping) await this.pause(Math.min(wait, LONGEST_WAIT));
    }
  }

  /** @returns milliseconds until there is something to do again */
  private async turn(): Promise<number> {
    try {
      await this.keepUp();
      const {
        taken,
        now,
        next = LONGEST_WAIT,
      } = await this.insist('schedules that are due', () =>
        this.broker.schedules.take(this.queues, LEASE, MOST_AT_ONCE),
      );
      for (const schedule of taken) {
        if (this.stopping) break;
        await this.attend(schedule, now);
      }
      if (this.failing) this.logger.log('Schedules are fired again');
      this.failing = false;
      return taken.length > 0 ? 0 : Math.max(SHORTEST_WAIT, next);
    } catch (error) {
      // The broker tells of its outages; what is due stays due.
      if (!this.failing) this.logger.warn(`Schedules cannot be fired at present: ${String(error)}`);
      this.failing = true;
      return LONGEST_WAIT;
    }
  }

  /** What is wrong with one schedule is no business of the others; it is looked at again after the lease. */
  private async attend(schedule: StoredSchedule, now: number): Promise<void> {
    try {
      await this.firing.attend(schedule, now);
    } catch (error) {
      if (error instanceof BrokerUnavailableError) throw error;
      if (!this.complained.has(schedule.id))
        this.logger.error(`The schedule "${schedule.id}" cannot be fired: ${String(error)}`);
      this.complained.add(schedule.id);
    }
  }

  /** Says that this process is there, and sees to what the code declares. */
  private async keepUp(): Promise<void> {
    const { self } = this;
    if (!self) return;
    const now = performance.now();
    if (now - this.beaten >= BEAT_EVERY) {
      const state: SchedulerState = { bootedAt: self.bootedAt, declares: self.declares };
      await this.insist('a heartbeat', () => this.broker.presence.beat(this.id, state, KEPT));
      this.beaten = now;
    }
    if (now - this.synced < SYNC_EVERY) return;
    await this.insist('the schedules', () => this.sync.sync(self, this.definitions));
    this.synced = now;
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.ceil(milliseconds));
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private insist<T>(what: string, operation: () => Promise<T>): Promise<T> {
    return insist(this.broker, what, LONGEST_ANSWER, operation);
  }
}
