import type { Readable } from 'node:stream';

/** The bytes of a content, once; and a way to read them again. */
export type ContentStream = Readable & { reopen(): ContentStream };

export function isContentStream(value: unknown): value is ContentStream {
  return typeof value === 'object' && value !== null && 'reopen' in value;
}
