import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { atMost } from '../tasks/at-most.js';
import { TaskEvents } from '../tasks/events/task-events.js';
import { processRole } from '../tasks/process-role.js';
import { NOTIFICATIONS_OPTIONS, type ResolvedNotificationsOptions } from './notifications-options.js';
import { Outlet } from './outlet.js';
import { WebhookChannel } from './webhook-channel.js';

const LEAVING_TIME = 3_000;

/** Tells people what has become better or worse: together what happens together, and not again and again. */
@Injectable()
export class Notifications implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly outlets: readonly Outlet[];

  constructor(
    private readonly events: TaskEvents,
    @Inject(NOTIFICATIONS_OPTIONS) { webhook, channels, gather, quiet }: ResolvedNotificationsOptions,
  ) {
    const all = [...(webhook === undefined ? [] : [new WebhookChannel(webhook)]), ...channels];
    const logger = new Logger('Notifications');
    this.outlets = all.map((channel) => new Outlet(channel, gather, quiet, logger));
  }

  onApplicationBootstrap(): void {
    if (['tool', 'child'].includes(processRole().kind)) return;
    this.events.on('health changed', (event) => this.outlets.forEach((outlet) => outlet.add(event)));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await atMost(LEAVING_TIME, Promise.all(this.outlets.map((outlet) => outlet.close())));
  }
}
