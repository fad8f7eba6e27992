import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { ContentRemoval } from '../attachments/content/content-removal.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { ANONYMISE, DELETE, NEEDED, TO_DELETE, TO_ANONYMISE } from './retention.sql.js';

/** Messages of a transaction. */
const BATCH = 200;

/** What a run came to. @publicApi */
export interface RetentionReport {
  /** Messages. */
  readonly deleted: number;
  /** Messages. */
  readonly anonymised: number;
  /** Contents of attachments, and unfinished uploads, that were removed because no message has them. */
  readonly contents: number;
}

/**
 * Deletes and anonymises finished messages as the module's `retention` says.
 *
 * Every process of the module does so about once an hour. It may be called besides, also in several processes at once:
 * each message is one process's.
 *
 * @publicApi
 */
@Injectable()
export class EmailRetention {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    private readonly removal: ContentRemoval,
  ) {}

  /**
   * Goes through all messages whose time has come, in transactions of 200. Without a `retention` there are none.
   *
   * @param signal ends it between two transactions
   */
  async run(signal?: AbortSignal): Promise<RetentionReport> {
    const { keep, anonymiseAfter } = this.options.retention;
    const deleted = await this.inBatches(keep, TO_DELETE, DELETE, signal);
    const anonymised = await this.inBatches(anonymiseAfter, TO_ANONYMISE, ANONYMISE, signal);
    const contents = deleted + anonymised > 0 ? await this.removal.run(signal) : 0;
    return { deleted, anonymised, contents };
  }

  private async inBatches(
    age: number | null,
    choose: string,
    change: string,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    if (age === null) return 0;
    let after: Chosen = { id: '', finishedOn: '-infinity', seq: '0' };
    for (let total = 0; ;) {
      if (signal?.aborted) return total;
      const { chosen, changed } = await this.changeNext(age, choose, change, after);
      total += changed;
      const last = chosen.at(-1);
      if (!last || chosen.length < BATCH) return total;
      after = last;
    }
  }

  private changeNext(
    age: number,
    choose: string,
    change: string,
    { finishedOn, seq }: Chosen,
  ): Promise<{ chosen: readonly Chosen[]; changed: number }> {
    return this.database.transaction('READ COMMITTED', async (manager) => {
      const chosen = await manager.query<Chosen[]>(choose, [age, finishedOn, seq, BATCH]);
      const ids = await this.dispensable(
        chosen.map(({ id }) => id),
        manager,
      );
      if (ids.length > 0) await manager.query(change, [ids]);
      return { chosen, changed: ids.length };
    });
  }

  /** Those of the messages that no limit needs to know of any more. */
  private async dispensable(ids: readonly string[], manager: EntityManager): Promise<readonly string[]> {
    const { perRecipient } = this.options;
    if (perRecipient.length === 0 || ids.length === 0) return ids;
    const longest = Math.max(...perRecipient.map(({ window }) => window));
    const needed = await manager.query<{ id: string }[]>(NEEDED, [ids, longest]);
    const kept = new Set(needed.map(({ id }) => id));
    return ids.filter((id) => !kept.has(id));
  }
}

interface Chosen {
  readonly id: string;
  readonly seq: string;
  /** As the server writes it, to the microsecond. */
  readonly finishedOn: string;
}
