import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { COUNT_WINDOW, HISTORY, MOMENT } from './block.sql.js';
import type { EarlierMessage, WindowCount } from './window-decision.js';

/** What the outbox knows of a recipient's earlier messages. Times and windows are in microseconds. */
@Injectable()
export class RecipientHistory {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** The counts of each recipient row, by its id. */
  async count(recipientIds: readonly string[], window: number): Promise<Map<string, WindowCount>> {
    const rows = await this.database.query<(WindowCount & { id: string })[]>(COUNT_WINDOW, [
      recipientIds,
      window,
    ]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** When a recipient row was accepted, and the earlier ones that its verdict depends on. */
  async before(recipientId: string, window: number): Promise<{ at: number; earlier: EarlierMessage[] }> {
    const [row] = await this.database.query<{ at: string }[]>(MOMENT, [recipientId]);
    const at = Number(row?.at);
    for (let span = window; ;) {
      const earlier = await this.within(recipientId, span);
      const undecided = earlier.find((message) => message.verdict === null);
      const needed = undecided ? at - undecided.at + window : span;
      if (needed <= span) return { at, earlier };
      span = needed;
    }
  }

  private async within(recipientId: string, span: number): Promise<EarlierMessage[]> {
    type Row = { at: string; verdict: EarlierMessage['verdict'] };
    const rows = await this.database.query<Row[]>(HISTORY, [recipientId, span]);
    return rows.map((message) => ({ at: Number(message.at), verdict: message.verdict }));
  }
}
