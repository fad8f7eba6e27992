import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { AttachmentMissingError, AttachmentStoreError, DamagedAttachmentError } from '../../errors/index.js';
import { ATTACHMENT_STORE, type AttachmentStore } from '../attachment-store.js';
import { type ContentLocation, ContentRegistry } from './content-registry.js';
import type { ContentStream } from './content-stream.js';
import type { Measure } from './measure.js';
import { AlteredContent, verified } from './verified.js';

const READ_AHEAD = 64 * 1024;

/** Reads contents from the store, in bounded memory. */
@Injectable()
export class ContentReader {
  constructor(
    @Inject(ATTACHMENT_STORE) private readonly store: AttachmentStore,
    private readonly registry: ContentRegistry,
  ) {}

  /**
   * A new stream, which does nothing until it is read. It ends only if every byte was what it should be, else it fails
   * with {@link DamagedAttachmentError}; if the store cannot be read now, with {@link AttachmentStoreError}.
   */
  open(file: Measure & { readonly filename: string }): ContentStream {
    const stream = Readable.from(this.read(file), { objectMode: false, highWaterMark: READ_AHEAD });
    return Object.assign(stream, { reopen: () => this.open(file) });
  }

  private async *read(file: Measure & { readonly filename: string }): AsyncGenerator<Uint8Array> {
    let location: ContentLocation | undefined;
    try {
      location = await this.registry.locate(file.hash);
      if (location.store !== this.store.name) {
        throw new Error(
          `the content is in the store "${location.store}", which was used before. Finish with that first`,
        );
      }
      yield* verified(this.store.read(location.key), file);
    } catch (error) {
      const problem = damage(error);
      if (!location || problem === undefined) throw new AttachmentStoreError(this.store.name, 'read', error);
      // Only to mend it at the next upload: the message has failed either way.
      await this.registry.markDamaged(file.hash, location.key).catch(() => undefined);
      throw new DamagedAttachmentError(file.filename, problem);
    }
  }
}

function damage(error: unknown): string | undefined {
  if (error instanceof AttachmentMissingError) return 'is not in the store any more';
  if (error instanceof AlteredContent) return `was changed in the store: it ${error.message}`;
  return undefined;
}
