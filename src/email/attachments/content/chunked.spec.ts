import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunked } from './chunked.js';

async function* coming(pieces: readonly Uint8Array[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

describe('bytes in chunks', () => {
  it('are the same bytes, in pieces of one size and a shorter rest', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 15 }), async (given, size) => {
        const chunks = (await Readable.from(chunked(coming(given), size)).toArray()) as Buffer[];
        expect(Buffer.concat(chunks).equals(Buffer.concat(given))).toBe(true);
        for (const chunk of chunks.slice(0, -1)) expect(chunk).toHaveLength(size);
        const last = chunks.at(-1);
        if (last) expect(last.length > 0 && last.length <= size).toBe(true);
      }),
    );
  });
});
