import { Injectable } from '@nestjs/common';
import type { AttachmentContent } from './content/attachment-content.js';
import { ContentRemoval } from './content/content-removal.js';
import { ContentUpload } from './content/content-upload.js';

/** A content in the store. @publicApi */
export interface StoredContent {
  /** The SHA-256 of the bytes: the same content has the same id, and is stored once. */
  readonly id: string;
  /** In bytes. */
  readonly size: number;
}

/**
 * The contents of attachments, apart from messages.
 *
 * @publicApi
 */
@Injectable()
export class EmailAttachments {
  constructor(
    private readonly contents: ContentUpload,
    private readonly removal: ContentRemoval,
  ) {}

  /**
   * Stores a content for messages that come later, piece by piece as it comes. Needs no transaction, and must not wait
   * for one: call it before yours begins.
   *
   * ```ts
   * const { id } = await this.attachments.put(createReadStream(path));
   * await this.dataSource.transaction((manager) =>
   *   this.emails.within(manager).send({ …, attachments: [{ filename: 'invoice.pdf', id }] }),
   * );
   * ```
   *
   * Without a message that refers to it, it is removed after `attachments.keepUnused`. Whoever knows an id can send
   * that content: check ids that come from users.
   *
   * @throws {@link AttachmentTooLargeError}, {@link AttachmentStoreError}, {@link AttachmentUploadExpiredError}, and
   * what a stream fails with; then nothing is kept
   */
  async put(content: AttachmentContent): Promise<StoredContent> {
    const { hash, size } = await this.contents.put(content);
    return { id: hash, size };
  }

  /**
   * Removes contents that no message has referred to for `attachments.keepUnused`, and uploads that were never
   * finished. Every process of the module does so about once an hour; call it after deleting many messages.
   *
   * @param signal ends it between two of them
   * @returns how many were removed
   */
  removeUnused(signal?: AbortSignal): Promise<number> {
    return this.removal.run(signal);
  }
}
