import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { storable } from '../../tasks/encoder/well-formed-text.js';
import { EmailBlock } from '../entities/index.js';
import { CANDIDATES } from './block.sql.js';
import { parseBlockPattern } from './block-pattern.js';

/** @publicApi */
export interface BlockListOptions {
  /** Stands in the reason of blocked messages. */
  reason?: string;
  /** The entry counts until then. Defaults to for good. */
  expiresOn?: Date;
}

/** An address that nobody has, by what SMTP servers say of it. @publicApi */
export interface SuppressionCandidate {
  readonly address: string;
  readonly refusals: number;
  readonly lastRefusedOn: Date;
  /** The server's words. */
  readonly reason: string | null;
}

/**
 * The allow and the deny list. An entry is an address (`a@example.com`), a domain (`@example.com`, without its
 * subdomains), or either with `*` for any text (`*@*.example.com`); a change counts for every message not yet sent.
 *
 * A denied recipient gets nothing. An allowed one is exempt from the limits per recipient, and an allowed
 * *address* also from the deny list.
 *
 * @publicApi
 */
@Injectable()
export class EmailBlockListService {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** Replaces an entry of either list. @throws {@link InvalidBlockPatternError} */
  allow(pattern: string, options: BlockListOptions = {}): Promise<void> {
    return this.put('allow', pattern, options);
  }

  /** Replaces an entry of either list. @throws {@link InvalidBlockPatternError} */
  deny(pattern: string, options: BlockListOptions = {}): Promise<void> {
    return this.put('deny', pattern, options);
  }

  /**
   * Addresses that servers have refused for good since nobody has them (5.1.1, 5.1.2, 5.1.6, 5.1.10), and that are on
   * neither list, latest first: who goes on writing to them is soon taken for a spammer.
   *
   * @param limit from 1 to 1,000
   */
  candidates(limit = 100): Promise<SuppressionCandidate[]> {
    return this.database.query(CANDIDATES, [Math.min(Math.max(1, Math.trunc(limit)), 1_000)]);
  }

  /** Both lists, by pattern. */
  list(): Promise<EmailBlock[]> {
    return this.entries.find({ order: { pattern: 'ASC' } });
  }

  /** Whether there was such an entry. @throws {@link InvalidBlockPatternError} */
  async remove(pattern: string): Promise<boolean> {
    const { affected } = await this.entries.delete({ pattern: parseBlockPattern(pattern) });
    return affected === 1;
  }

  private async put(
    list: EmailBlock['list'],
    pattern: string,
    { reason, expiresOn }: BlockListOptions,
  ): Promise<void> {
    const entry = {
      pattern: parseBlockPattern(pattern),
      list,
      reason: reason === undefined ? null : storable(reason, 500),
      expiresOn: expiresOn ?? null,
    };
    await this.entries.upsert(entry, ['pattern']);
  }

  private get entries() {
    return this.database.getRepository(EmailBlock);
  }
}
