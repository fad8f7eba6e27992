import type { Readable } from 'node:stream';

/**
 * The bytes of a file: at hand, as text (stored in UTF-8), or as they come. What comes is read once, piece by piece.
 *
 * @publicApi
 */
export type AttachmentContent = Uint8Array | string | Readable | AsyncIterable<Uint8Array>;

/** @returns undefined if it is to be read first */
export function bytesAtHand(content: AttachmentContent): Buffer | undefined {
  if (typeof content === 'string') return Buffer.from(content);
  if (content instanceof Uint8Array) {
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  }
  return undefined;
}

export function isContent(value: unknown): value is AttachmentContent {
  if (typeof value === 'string' || value instanceof Uint8Array) return true;
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** @throws TypeError if a piece is not bytes */
export async function* piecesOf(content: AttachmentContent): AsyncGenerator<Buffer> {
  const bytes = bytesAtHand(content);
  if (bytes) return yield bytes;
  for await (const piece of content as AsyncIterable<Uint8Array | string>) {
    const read = bytesAtHand(piece);
    if (!read) throw new TypeError(`a stream of an attachment gave ${typeof piece}; give bytes or text`);
    yield read;
  }
}
