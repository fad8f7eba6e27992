import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { ClaimedRecipient } from '../outbox/claimed-email.js';
import { COUNT_WINDOWS, HISTORY, KEEP_VERDICTS, LOCK_RECIPIENT } from './block.sql.js';
import {
  decideInOrder,
  type HistoricMessage,
  type WindowCount,
  type WindowLimit,
} from './window-decision.js';

type Historic = HistoricMessage & { readonly blockedFor: string | null };

/** What the outbox knows of a recipient's messages. Times and windows are in microseconds. */
@Injectable()
export class RecipientHistory {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** The counts of each recipient row for each limit, by its id. */
  async count(
    recipients: readonly ClaimedRecipient[],
    limits: readonly WindowLimit[],
  ): Promise<Map<string, WindowCount[]>> {
    type Row = WindowCount & { id: string; limit: number };
    const rows = await this.database.query<Row[]>(COUNT_WINDOWS, [
      recipients.map(({ id }) => id),
      limits.map(({ window }) => window),
    ]);
    const counts = new Map(recipients.map(({ id }) => [id, [] as WindowCount[]]));
    for (const { id, limit, passed, undecided } of rows) {
      const own = counts.get(id);
      if (own) own[limit] = { passed, undecided };
    }
    return counts;
  }

  /**
   * Decides about a recipient row and all undecided ones before it, one process at a time, and keeps the verdicts.
   *
   * @param exempt classes for whose messages no limit holds
   * @param detail why a message above a limit is blocked
   * @returns why the row is blocked; null: it is not
   */
  decide(
    recipient: ClaimedRecipient,
    limits: readonly WindowLimit[],
    exempt: readonly string[],
    detail: (limit: number) => string,
  ): Promise<string | null> {
    return this.database.transaction(async (manager) => {
      await manager.query(LOCK_RECIPIENT, [recipient.normalised]);
      const history = await this.historyOf(recipient.id, limits, exempt, manager);
      const decided = [...decideInOrder(history, limits)].map(
        ([id, limit]) => [id, limit === null ? null : detail(limit)] as const,
      );
      await manager.query(KEEP_VERDICTS, [decided.map(([id]) => id), decided.map(([, why]) => why)]);
      const mine = decided.find(([id]) => id === recipient.id);
      // While this one waited for the lock, another may have decided about it.
      return mine ? mine[1] : (history.at(-1)?.blockedFor ?? null);
    });
  }

  /** All that the verdict of a row depends on: the longest window before the first undecided one. */
  private async historyOf(
    id: string,
    limits: readonly WindowLimit[],
    exempt: readonly string[],
    manager: EntityManager,
  ): Promise<Historic[]> {
    const longest = Math.max(...limits.map(({ window }) => window));
    for (let span = longest; ;) {
      type Row = Omit<Historic, 'at'> & { at: string };
      const rows = await manager.query<Row[]>(HISTORY, [id, span, exempt]);
      const history = rows.map(({ at, ...row }) => Object.assign(row, { at: Number(at) }));
      const mine = history.at(-1)?.at ?? 0;
      const first = history.find(({ standing }) => standing === 'undecided')?.at ?? mine;
      const needed = mine - first + longest;
      if (needed <= span) return history;
      span = needed;
    }
  }
}
