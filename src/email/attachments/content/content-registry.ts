import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { AttachmentUploadExpiredError } from '../../errors/index.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../../options/resolve-email-options.js';
import { ATTACHMENT_STORE, type AttachmentStore } from '../attachment-store.js';
import { ADOPT, DAMAGED, DRAFT, FIND, FORGET_DRAFT, LOCATE, REPLACE, TAKE_DRAFT } from './content.sql.js';
import type { Measure } from './measure.js';

/** Where the bytes of a content are. */
export interface ContentLocation {
  readonly store: string;
  readonly key: string;
}

/** Which bytes the store has, and which of them are complete. */
@Injectable()
export class ContentRegistry {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    @Inject(ATTACHMENT_STORE) private readonly store: AttachmentStore,
  ) {}

  /** Whether a content is there. If so it stays for half of `keepUnused` at least. */
  async has(hash: string): Promise<boolean> {
    const found = await this.database.query<unknown[]>(FIND, [hash, this.store.name, this.keep / 2]);
    return found.length > 0;
  }

  /** Before the first byte is written. */
  async begin(key: string): Promise<void> {
    await this.database.query(DRAFT, [key, this.store.name, this.keep]);
  }

  /**
   * After the last byte: makes it a content, in one transaction, unless there is one of the same bytes already. One
   * that is damaged, or in a store that was used before, is replaced.
   *
   * @returns whether the key is used; if not, it is a draft still
   * @throws {@link AttachmentUploadExpiredError}
   */
  async complete(key: string, { hash, size }: Measure): Promise<boolean> {
    const store = this.store.name;
    return this.database.transaction(async (manager) => {
      const taken = await manager.query<unknown[]>(TAKE_DRAFT, [key]);
      if (taken.length === 0) throw new AttachmentUploadExpiredError();
      const [content] = await manager.query<(ContentLocation & { damaged: boolean })[]>(ADOPT, [
        hash,
        size,
        store,
        key,
      ]);
      if (!content || content.key === key) return true;
      const replaced = content.damaged || content.store !== store;
      if (replaced) await manager.query(REPLACE, [hash, store, key]);
      const spare = replaced ? content : { store, key };
      await manager.query(DRAFT, [spare.key, spare.store, this.keep]);
      return replaced;
    });
  }

  async locate(hash: string): Promise<ContentLocation> {
    const [location] = await this.database.query<ContentLocation[]>(LOCATE, [hash]);
    if (!location) throw new Error(`there is no content ${hash}`);
    return location;
  }

  async markDamaged(hash: string, key: string): Promise<void> {
    await this.database.query(DAMAGED, [hash, key]);
  }

  /** After its bytes were removed. */
  async forget(key: string): Promise<void> {
    await this.database.query(FORGET_DRAFT, [key]);
  }

  private get keep(): number {
    return this.options.attachments.keepUnused;
  }
}
