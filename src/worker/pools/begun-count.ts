import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a child finds the file. */
const CHILD_FD = 4;
const BYTES = 4;

/**
 * How many calls a child has begun, in a file without a name that both hold open. What the child wrote last can be read
 * when it is dead; a message would cost each call ten times as much.
 */
export class BegunCount {
  private readonly buffer = Buffer.alloc(BYTES);

  private constructor(private readonly fd: number) {}

  /** In the parent. It passes on `fd` as the child's fifth. */
  static create(): BegunCount {
    const path = join(tmpdir(), `celeriac-${process.pid}-${randomUUID()}`);
    const fd = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return new BegunCount(fd);
  }

  /** In the child. */
  static inherited(): BegunCount {
    return new BegunCount(CHILD_FD);
  }

  get descriptor(): number {
    return this.fd;
  }

  write(count: number): void {
    this.buffer.writeUInt32LE(count);
    writeSync(this.fd, this.buffer, 0, BYTES, 0);
  }

  read(): number {
    return readSync(this.fd, this.buffer, 0, BYTES, 0) === BYTES ? this.buffer.readUInt32LE() : 0;
  }

  close(): void {
    closeSync(this.fd);
  }
}
