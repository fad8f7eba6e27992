import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { formatSeconds } from '../../tasks/duration.js';
import type { HealthReport } from '../../tasks/health/health-source.js';
import { HealthSources } from '../../tasks/health/health-sources.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import { CALLS_DATA_SOURCE } from '../data-source-token.js';
import { CallDispatcher } from '../dispatcher/call-dispatcher.js';
import { sharesServer } from './shares-server.js';

/** Committed calls wait for milliseconds as a rule. */
const DEGRADED_LAG = 30_000;
const DOWN_LAG = 300_000;

/** Shows those who watch the application's database, and the calls that wait there to be published. */
@Injectable()
export class DatabaseHealth implements OnModuleInit {
  constructor(
    @Inject(CALLS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly sources: HealthSources,
    private readonly dispatcher: CallDispatcher,
  ) {}

  onModuleInit(): void {
    this.sources.add({
      key: 'database',
      dependsOn: sharesServer(this.options.broker, this.dataSource) ? ['broker'] : [],
      probes: ['ready', 'tasks'],
      check: () => this.database(),
    });
    this.sources.add({
      key: 'dispatcher',
      dependsOn: ['database', 'broker'],
      check: async () => judgeLag(await this.dispatcher.backlog()),
    });
  }

  private async database(): Promise<HealthReport> {
    const began = performance.now();
    const [row] = await this.dataSource.query<{ server_version: string }[]>('SHOW server_version');
    const latency = Math.round(performance.now() - began);
    return { status: 'up', data: { version: row?.server_version ?? 'unknown', latency } };
  }
}

function judgeLag(backlog: { readonly waiting: number; readonly lag: number }): HealthReport {
  const { waiting, lag } = backlog;
  const data = { waiting, lag };
  if (lag < DEGRADED_LAG) return { status: 'up', data };
  const message = `committed calls have been waiting for ${formatSeconds(lag)} to be published`;
  return { status: lag < DOWN_LAG ? 'degraded' : 'down', message, data };
}
