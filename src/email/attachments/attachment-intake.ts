import { Inject, Injectable } from '@nestjs/common';
import type { Transaction } from '../../tasks/index.js';
import { AttachmentTooLargeError, InvalidEmailError } from '../errors/index.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import type { Measure } from './content/measure.js';
import { ContentUpload } from './content/content-upload.js';
import { REFER } from './content/content.sql.js';
import { ATTACHMENT_STORE, type AttachmentStore } from './attachment-store.js';
import type { UnstoredAttachment, ValidatedAttachment } from './validated-attachment.js';

/** An attachment as its row holds it. */
export interface AttachmentRow extends Measure {
  readonly filename: string;
  readonly contentType: string;
  readonly cid: string | null;
}

/** Takes the files of a message: first their bytes, outside any transaction; then, in its own, what refers to them. */
@Injectable()
export class AttachmentIntake {
  constructor(
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    @Inject(ATTACHMENT_STORE) private readonly store: AttachmentStore,
    private readonly contents: ContentUpload,
  ) {}

  /**
   * A message whose files are in the store.
   *
   * @throws {@link InvalidEmailError}, {@link AttachmentStoreError}
   */
  async stored<T extends { readonly attachments: readonly ValidatedAttachment[] }>(email: T): Promise<T> {
    const { attachments } = email;
    this.checkCount(attachments);
    const stored: ValidatedAttachment[] = [];
    for (const [index, attachment] of attachments.entries()) {
      stored.push('id' in attachment ? attachment : await this.upload(attachment, `attachments[${index}]`));
    }
    return { ...email, attachments: stored };
  }

  /**
   * The rows of the files of each message, or what is wrong with them. Contents that are referred to stay until the
   * transaction ends.
   */
  async refer(
    messages: readonly (readonly ValidatedAttachment[])[],
    transaction: Transaction,
  ): Promise<(AttachmentRow[] | InvalidEmailError)[]> {
    const hashes = new Set(
      messages.flat().flatMap((attachment) => ('id' in attachment ? [attachment.id] : [])),
    );
    const sizes = hashes.size === 0 ? new Map<string, number>() : await this.sizes([...hashes], transaction);
    return messages.map((attachments) => {
      try {
        return this.rows(attachments, sizes);
      } catch (error) {
        if (error instanceof InvalidEmailError) return error;
        throw error;
      }
    });
  }

  private async sizes(hashes: readonly string[], transaction: Transaction): Promise<Map<string, number>> {
    const found = (await transaction.query(REFER, [hashes, this.store.name])) as Measure[];
    return new Map(found.map(({ hash, size }) => [hash, size]));
  }

  private rows(
    attachments: readonly ValidatedAttachment[],
    sizes: ReadonlyMap<string, number>,
  ): AttachmentRow[] {
    this.checkCount(attachments);
    const rows = attachments.map((attachment, index) => {
      const { filename, contentType, cid } = attachment;
      const hash = idOf(attachment, `attachments[${index}]`);
      const size = sizes.get(hash);
      if (size !== undefined) return { filename, contentType, cid, hash, size };
      throw new InvalidEmailError(
        `attachments[${index}].id`,
        hash,
        'is of no content in the store',
        'Store it with EmailAttachments.put(), and use it within attachments.keepUnused.',
      );
    });
    this.checkTotal(rows.reduce((total, { size }) => total + size, 0));
    return rows;
  }

  private async upload(attachment: UnstoredAttachment, field: string): Promise<ValidatedAttachment> {
    const { content, ...file } = attachment;
    try {
      const { hash } = await this.contents.put(content);
      return { ...file, id: hash };
    } catch (error) {
      if (!(error instanceof AttachmentTooLargeError)) throw error;
      throw new InvalidEmailError(
        `${field}.content`,
        undefined,
        `has more than ${error.limit} bytes`,
        'Send a link to it, or raise attachments.maxSize in the options of EmailModule.',
      );
    }
  }

  private checkCount({ length }: readonly unknown[]): void {
    const { maxCount } = this.options.attachments;
    if (length <= maxCount) return;
    throw new InvalidEmailError('attachments', undefined, `has ${length} files`, `Give at most ${maxCount}.`);
  }

  private checkTotal(total: number): void {
    const { maxTotalSize } = this.options.attachments;
    if (total <= maxTotalSize) return;
    throw new InvalidEmailError(
      'attachments',
      undefined,
      `has ${total} bytes together`,
      `Give at most ${maxTotalSize}, or raise attachments.maxTotalSize in the options of EmailModule.`,
    );
  }
}

function idOf(attachment: ValidatedAttachment, field: string): string {
  if ('id' in attachment) return attachment.id;
  throw new InvalidEmailError(
    `${field}.content`,
    undefined,
    'cannot be stored in a transaction of yours',
    'Store it before: const { id } = await attachments.put(content), of EmailAttachments. Then give { filename, id }.',
  );
}
