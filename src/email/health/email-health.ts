import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { TaskBreakers } from '../../limits/index.js';
import { SmtpCheck } from './smtp-check.js';
import type { HealthReport } from '../../tasks/health/health-source.js';
import { HealthSources } from '../../tasks/health/health-sources.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { SEND_TASK } from '../send-policy.js';
import { EmailSendService } from '../smtp/email-send.service.js';
import { judgeOutbox, judgeUndecided, type OutboxState } from './judge-outbox.js';
import { OUTBOX_STATE } from './outbox-health.sql.js';

/** Sweeps a vanished worker's message is left to. */
const SWEEPS = 4;

/** Shows those who watch the outbox, what waits for a decision, and the SMTP servers. */
@Injectable()
export class EmailHealth implements OnModuleInit {
  private readonly servers: ReadonlyMap<string, SmtpCheck>;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly sources: HealthSources,
    private readonly breakers: TaskBreakers,
    sending: EmailSendService,
  ) {
    this.servers = new Map(
      Object.keys(options.transports).map((name) => [
        name,
        new SmtpCheck(() => sending.verify(name), options.smtpCheckInterval),
      ]),
    );
  }

  onModuleInit(): void {
    const { queue } = this.options;
    this.sources.add({ key: 'smtp', check: () => this.smtp() });
    this.sources.add({
      key: 'outbox',
      dependsOn: ['database', 'broker', 'workers', 'smtp', `queue ${queue}`],
      check: async () => judgeOutbox(await this.state(), await this.openBreakers()),
    });
    this.sources.add({
      key: 'undecided',
      dependsOn: ['database'],
      check: async () => judgeUndecided(await this.state()),
    });
  }

  private async state(): Promise<OutboxState> {
    const patience = SWEEPS * this.options.sweepInterval;
    const [state] = await this.database.query<OutboxState[]>(OUTBOX_STATE, [patience]);
    return state ?? { oldest: 0, leases: 0, unknown: 0 };
  }

  private async openBreakers(): Promise<string[]> {
    const all = await this.breakers.list();
    return all
      .filter(({ name, state }) => name.split(':')[0] === SEND_TASK && state !== 'closed')
      .map(({ name }) => name);
  }

  private async smtp(): Promise<HealthReport> {
    const looks = [...this.servers].map(async ([name, server]) => ((await server.isWell()) ? [] : [name]));
    const down = (await Promise.all(looks)).flat();
    const data = { servers: this.servers.size, down };
    if (down.length === 0) return { status: 'up', data };
    if (down.length < this.servers.size)
      return { status: 'degraded', message: `${down.join(', ')} cannot be reached`, data };
    return { status: 'down', message: 'no SMTP server can be reached', data };
  }
}
