import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { Counts, type GaugeSample, GaugeSources } from '../../tasks/index.js';
import type { SendOutcome } from '../outbox/send-outcome.js';
import { OLDEST_PENDING, OPEN_ROWS } from './outbox-metrics.sql.js';

const ROWS = 'celeriac_email_outbox_rows';
const OLDEST = 'celeriac_email_outbox_oldest_pending_seconds';
const ATTEMPTS = 'celeriac_email_attempts_total';

/** Says how the outbox stands, and counts what becomes of attempts. */
@Injectable()
export class OutboxMetrics implements OnModuleInit {
  constructor(
    private readonly sources: GaugeSources,
    private readonly counts: Counts,
    @InjectDataSource() private readonly database: DataSource,
  ) {}

  onModuleInit(): void {
    this.counts.declare({
      name: ATTEMPTS,
      help: 'Attempts to send an e-mail, by what became of it.',
      labels: ['outcome'],
    });
    this.sources.add({
      gauges: [
        {
          name: ROWS,
          help: 'E-mails that are not done with, by status; above 100000 they are not counted.',
          labels: ['status'],
          across: 'max',
        },
        {
          name: OLDEST,
          help: 'For how long the oldest pending e-mail has been due; 0: none is.',
          labels: [],
          across: 'max',
        },
      ],
      holds: 15_000,
      collect: () => this.look(),
    });
  }

  countAttempt(outcome: SendOutcome['status']): void {
    this.counts.add(ATTEMPTS, { outcome });
  }

  private async look(): Promise<GaugeSample[]> {
    const rows = await this.database.query<{ status: string; rows: number }[]>(OPEN_ROWS);
    const [oldest] = await this.database.query<{ age: number }[]>(OLDEST_PENDING);
    return [
      ...rows.map(({ status, rows: value }) => ({ gauge: ROWS, labels: { status }, value })),
      { gauge: OLDEST, labels: {}, value: oldest?.age ?? 0 },
    ];
  }
}
