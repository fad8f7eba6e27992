import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { atMost } from '../../tasks/at-most.js';
import type { Broker } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import { Housekeeping } from '../../tasks/housekeeping/housekeeping.js';
import { processName } from '../../tasks/process-name.js';
import { processRole } from '../../tasks/process-role.js';
import { housekeepingBeatId, type HousekeepingState } from './chores-of.js';

const INTERVAL = 5_000;
const KEPT = 20_000;
const LEAVING_TIME = 1_000;

/** Lets others see what the package does by itself in this process. */
@Injectable()
export class HousekeepingBeat implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly id = housekeepingBeatId(processName());
  private timer: NodeJS.Timeout | undefined;
  private going: Promise<void> | undefined;

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    private readonly housekeeping: Housekeeping,
  ) {}

  onApplicationBootstrap(): void {
    if (['tool', 'child'].includes(processRole().kind)) return;
    // The next one says what this one could not.
    const beat = () =>
      void (this.going ??= this.beat()
        .catch(() => undefined)
        .then(() => (this.going = undefined)));
    this.timer = setInterval(beat, INTERVAL).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.timer) return;
    clearInterval(this.timer);
    if (this.going) await atMost(LEAVING_TIME, this.going);
    await atMost(
      LEAVING_TIME,
      this.broker.presence.leave(this.id).catch(() => undefined),
    );
  }

  private async beat(): Promise<void> {
    const chores = this.housekeeping.all();
    if (chores.length === 0) return;
    const state: HousekeepingState = { chores };
    await this.broker.presence.beat(this.id, state, KEPT);
  }
}
