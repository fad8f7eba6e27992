import { appendFileSync, closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Entries in a file that many processes append to, a line at once. */
export class LineFile<E> {
  private readonly known: E[] = [];
  /** A character may be half read. */
  private readonly decoder = new StringDecoder('utf8');
  private offset = 0;
  private rest = '';

  constructor(private readonly file: string) {}

  append(entry: E): void {
    appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
  }

  /** All of it, in the order it was written. */
  entries(): readonly E[] {
    const buffer = Buffer.alloc(65_536);
    const file = openSync(this.file, 'r');
    try {
      for (;;) {
        const length = readSync(file, buffer, 0, buffer.length, this.offset);
        if (length === 0) return this.known;
        this.offset += length;
        const lines = (this.rest + this.decoder.write(buffer.subarray(0, length))).split('\n');
        this.rest = lines.pop() ?? '';
        this.known.push(...lines.map((line) => JSON.parse(line) as E));
      }
    } finally {
      closeSync(file);
    }
  }
}
