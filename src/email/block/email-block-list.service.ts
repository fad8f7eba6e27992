import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { storable } from '../../tasks/encoder/well-formed-text.js';
import { EmailBlock } from '../entities/index.js';
import { parseBlockPattern } from './block-pattern.js';

/**
 * The allow and the deny list. An entry is an address (`a@example.com`) or a domain (`@example.com`, without its
 * subdomains); a change counts for every message not yet sent.
 *
 * A denied recipient gets nothing. An allowed one is exempt from the per-recipient limit, and an allowed
 * *address* also from the deny list.
 *
 * @publicApi
 */
@Injectable()
export class EmailBlockListService {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** Replaces an entry of either list. @throws {@link InvalidBlockPatternError} */
  allow(pattern: string, reason?: string): Promise<void> {
    return this.put('allow', pattern, reason);
  }

  /** Replaces an entry of either list. @param reason stands in the reason of blocked messages @throws {@link InvalidBlockPatternError} */
  deny(pattern: string, reason?: string): Promise<void> {
    return this.put('deny', pattern, reason);
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

  private async put(list: EmailBlock['list'], pattern: string, reason?: string): Promise<void> {
    const entry = {
      pattern: parseBlockPattern(pattern),
      list,
      reason: reason === undefined ? null : storable(reason, 500),
    };
    await this.entries.upsert(entry, ['pattern']);
  }

  private get entries() {
    return this.database.getRepository(EmailBlock);
  }
}
