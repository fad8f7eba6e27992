import { createHash } from 'node:crypto';

/** What all bytes come to. */
export interface Measure {
  /** SHA-256, in hexadecimal digits. */
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
}

/** Takes the measure of bytes that pass by. */
export class Meter {
  private readonly digest = createHash('sha256');
  size = 0;

  /** @returns the bytes so far */
  add(bytes: Uint8Array): number {
    this.digest.update(bytes);
    return (this.size += bytes.length);
  }

  /** At the end, once. */
  read(): Measure {
    return { hash: this.digest.digest('hex'), size: this.size };
  }
}

export function measure(bytes: Uint8Array): Measure {
  const meter = new Meter();
  meter.add(bytes);
  return meter.read();
}
