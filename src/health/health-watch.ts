import { Inject, Injectable, Logger } from '@nestjs/common';
import { atMost } from '../tasks/at-most.js';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { TaskEvents } from '../tasks/events/task-events.js';
import type { Chore } from '../tasks/housekeeping/chore.js';
import { Housekeeping } from '../tasks/housekeeping/housekeeping.js';
import type { Beat } from '../tasks/presence.js';
import { processName } from '../tasks/process-name.js';
import type { Finding } from './finding.js';
import { HealthRounds } from './health-rounds.js';
import { HEALTH_OPTIONS, type ResolvedHealthOptions } from './options/resolve-health-options.js';
import { type Standings, transitions } from './transitions.js';

const PREFIX = 'watch ';
/** Beats a watcher may miss before another takes over. */
const MISSED = 3;
/** A new watcher finds what the last one has told within this time. */
const REMEMBERED = 3_600_000;
const LEAVING_TIME = 1_000;

/** What a watcher leaves for the next. Times are relative, for clocks differ. */
interface WatcherState {
  readonly every: number;
  /** Whether what follows is what the cluster was told. */
  readonly tells: boolean;
  readonly standings: Readonly<Record<string, { readonly status: string; readonly for: number }>>;
}

/**
 * Looks again and again, and tells what has become better or worse. Of several processes that watch one tells: the first
 * by name of those that the broker knows of. While the broker is away it is whoever it was before.
 */
@Injectable()
export class HealthWatch {
  private readonly logger = new Logger('Health');
  private readonly id = `${PREFIX}${processName()}`;
  private standings: Standings = {};
  /** Undefined: the broker has not been there to ask yet. */
  private tells: boolean | undefined;
  private chore: Chore | undefined;

  constructor(
    private readonly rounds: HealthRounds,
    private readonly events: TaskEvents,
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(HEALTH_OPTIONS) private readonly options: ResolvedHealthOptions,
    private readonly housekeeping: Housekeeping,
  ) {}

  start(): void {
    const about = this.options.canary
      ? 'looks at what is running, and sends canaries'
      : 'looks at what is running';
    const chore = { id: 'celeriac.health', about, every: this.options.interval, within: 0, jitter: 0 };
    this.chore = this.housekeeping.start(chore, () => this.watch());
  }

  async stop(): Promise<void> {
    if (!this.chore) return;
    // What it has told stays; it is silent from now on.
    await atMost(LEAVING_TIME, this.chore.stop());
    await atMost(LEAVING_TIME, this.tells ? this.beat(0) : this.broker.presence.leave(this.id));
  }

  /** One round: looks, and tells. */
  async watch(): Promise<void> {
    const findings = await this.rounds.look('tasks');
    // One that could never find out tells: better two than nobody.
    await this.settleWhoTells().catch(() => (this.tells ??= true));
    // What others tell is in their beats.
    if (!this.tells) return;
    const { after, events } = transitions(this.standings, findings, performance.now());
    this.standings = after;
    for (const event of events) {
      this.log(event, findings);
      this.events.emit('health changed', event);
    }
    if (events.length > 0) await this.beat(this.options.interval).catch(() => undefined);
  }

  private async settleWhoTells(): Promise<void> {
    await this.beat(this.options.interval);
    const watchers = (await this.broker.presence.beats()).filter(({ id }) => id.startsWith(PREFIX));
    const first = watchers
      .filter(isLive)
      .map(({ id }) => id)
      .toSorted()[0];
    const tells = first === this.id;
    if (tells && !this.tells) this.takeOver(watchers);
    this.tells = tells;
  }

  /** What another has told already is not told again. */
  private takeOver(watchers: readonly Beat[]): void {
    const [latest] = watchers
      .filter(({ id, state }) => id !== this.id && (state as WatcherState).tells)
      .toSorted((a, b) => a.age - b.age);
    if (!latest) return;
    const { standings } = latest.state as WatcherState;
    const now = performance.now();
    for (const [key, { status, for: time }] of Object.entries(standings)) {
      this.standings = {
        ...this.standings,
        [key]: { status: status as 'up', since: now - time - latest.age },
      };
    }
  }

  private beat(every: number): Promise<void> {
    const now = performance.now();
    const told = Object.entries(this.standings).map(
      ([key, { status, since }]) => [key, { status, for: Math.round(now - since) }] as const,
    );
    const state: WatcherState = { every, tells: this.tells === true, standings: Object.fromEntries(told) };
    return this.broker.presence.beat(this.id, state, REMEMBERED);
  }

  private log(
    { key, to, message, lasted }: Parameters<typeof describe>[0],
    findings: readonly Finding[],
  ): void {
    const error = findings.find((finding) => finding.key === key)?.error;
    const line = describe({ key, to, message, lasted });
    if (to === 'up') this.logger.log(line);
    else if (to === 'degraded') this.logger.warn(line);
    else this.logger.error(error === undefined ? line : `${line} (${String(error)})`);
  }
}

const isLive = ({ state, age }: Beat): boolean => age <= MISSED * (state as WatcherState).every;

const describe = (event: { key: string; to: string; message: string; lasted: number }): string =>
  event.to === 'up'
    ? `${event.key} is up again after ${Math.round(event.lasted / 1_000)} s`
    : `${event.key} is ${event.to}: ${event.message}`;
