import { Inject, Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../../options/resolve-email-options.js';
import { ATTACHMENT_STORE, type AttachmentStore } from '../attachment-store.js';
import { ContentRegistry } from './content-registry.js';
import { DROP, OVERDUE, UNUSED } from './content.sql.js';

const BATCH = 100;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Removes what nobody needs. Any number of processes may do so at once, also beside uploads and new messages. */
@Injectable()
export class ContentRemoval {
  private readonly logger = new Logger('EmailModule');

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    @Inject(ATTACHMENT_STORE) private readonly store: AttachmentStore,
    private readonly registry: ContentRegistry,
  ) {}

  /** @returns how many contents and unfinished uploads were removed from the store */
  async run(signal?: AbortSignal): Promise<number> {
    await this.dropUnused(signal);
    return this.removeDrafts(signal);
  }

  private async dropUnused(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      if (signal?.aborted) return;
      if ((await this.dropBatch()) < BATCH) return;
    }
  }

  /** Two statements: the second sees every reference that was made before the locks of the first. */
  private dropBatch(): Promise<number> {
    return this.database.transaction(async (manager) => {
      const unused = await manager.query<{ hash: string }[]>(UNUSED, [
        this.options.attachments.keepUnused,
        BATCH,
      ]);
      if (unused.length > 0) await manager.query(DROP, [unused.map(({ hash }) => hash)]);
      return unused.length;
    });
  }

  private async removeDrafts(signal: AbortSignal | undefined): Promise<number> {
    let removed = 0;
    for (let last = BEFORE_ALL; ;) {
      const drafts = await this.database.query<{ key: string }[]>(OVERDUE, [this.store.name, last, BATCH]);
      for (const { key } of drafts) {
        if (signal?.aborted) return removed;
        if (await this.remove(key)) removed++;
        last = key;
      }
      if (drafts.length < BATCH) return removed;
    }
  }

  /** One that cannot be removed now keeps no other from it. */
  private async remove(key: string): Promise<boolean> {
    try {
      await this.store.delete(key);
      await this.registry.forget(key);
      return true;
    } catch (error) {
      this.logger.warn(
        `The bytes ${key} cannot be removed from the store of attachments; it is tried again: ${String(error)}`,
      );
      return false;
    }
  }
}
