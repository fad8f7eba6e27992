import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  AttachmentStoreError,
  AttachmentTooLargeError,
  AttachmentUploadExpiredError,
} from '../../errors/index.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../../options/resolve-email-options.js';
import { ATTACHMENT_STORE, type AttachmentStore } from '../attachment-store.js';
import { type AttachmentContent, bytesAtHand, piecesOf } from './attachment-content.js';
import { ContentRegistry } from './content-registry.js';
import { type Measure, measure, Meter } from './measure.js';

/** Brings bytes into the store, each content once. */
@Injectable()
export class ContentUpload {
  constructor(
    @Inject(EMAIL_OPTIONS) private readonly options: ResolvedEmailOptions,
    @Inject(ATTACHMENT_STORE) private readonly store: AttachmentStore,
    private readonly registry: ContentRegistry,
  ) {}

  /**
   * @throws {@link AttachmentTooLargeError}, {@link AttachmentStoreError}, {@link AttachmentUploadExpiredError}, and
   * what the content itself throws while it is read
   */
  async put(content: AttachmentContent): Promise<Measure> {
    const bytes = bytesAtHand(content);
    if (!bytes) return this.upload(content);
    if (bytes.length > this.maxSize) throw new AttachmentTooLargeError(this.maxSize);
    const known = measure(bytes);
    return (await this.registry.has(known.hash)) ? known : this.upload(bytes);
  }

  private async upload(content: AttachmentContent): Promise<Measure> {
    const key = randomUUID();
    await this.registry.begin(key);
    const measured = await this.write(key, content);
    if (!(await this.complete(key, measured))) await this.discard(key);
    return measured;
  }

  private async complete(key: string, measured: Measure): Promise<boolean> {
    try {
      return await this.registry.complete(key, measured);
    } catch (error) {
      // After any other error it may have been done all the same: the bytes are left to the clean-up, which knows.
      if (error instanceof AttachmentUploadExpiredError) await this.discard(key);
      throw error;
    }
  }

  private async write(key: string, content: AttachmentContent): Promise<Measure> {
    const meter = new Meter();
    const source: { error?: unknown } = {};
    try {
      await this.store.write(key, this.passing(content, meter, source));
      return meter.read();
    } catch (error) {
      await this.discard(key);
      throw source.error ?? new AttachmentStoreError(this.store.name, 'write', error);
    }
  }

  private async *passing(
    content: AttachmentContent,
    meter: Meter,
    source: { error?: unknown },
  ): AsyncGenerator<Buffer> {
    try {
      for await (const piece of piecesOf(content)) {
        if (meter.add(piece) > this.maxSize) throw new AttachmentTooLargeError(this.maxSize);
        yield piece;
      }
    } catch (error) {
      source.error = error;
      throw error;
    }
  }

  /** What fails here is done by the clean-up. */
  private async discard(key: string): Promise<void> {
    try {
      await this.store.delete(key);
      await this.registry.forget(key);
    } catch {
      // the draft says that there is something to remove
    }
  }

  private get maxSize(): number {
    return this.options.attachments.maxSize;
  }
}
