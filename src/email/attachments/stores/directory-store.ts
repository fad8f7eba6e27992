import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AttachmentMissingError } from '../../errors/index.js';
import type { AttachmentStore } from '../attachment-store.js';

/** Tells a volume without a file from a mount point without a volume. */
const MARKER = '.celeriac-attachments';

const KEY = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Files in a directory that every process of the application shares. Their names are keys, and say nothing. */
export class DirectoryStore implements AttachmentStore {
  readonly name = 'directory';

  constructor(private readonly root: string) {}

  async write(key: string, content: AsyncIterable<Buffer>): Promise<void> {
    const path = this.pathOf(key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(join(this.root, MARKER), '');
    await pipeline(content, createWriteStream(path, { flags: 'wx', mode: 0o640, flush: true }));
    await flushEntry(dirname(path));
  }

  async *read(key: string): AsyncGenerator<Buffer> {
    try {
      yield* createReadStream(this.pathOf(key)) as AsyncIterable<Buffer>;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      // Without the volume every file is missing, and none is lost.
      if (existsSync(join(this.root, MARKER))) throw new AttachmentMissingError(key);
      throw new Error(`nothing was ever stored in ${this.root}. Is its volume mounted?`, { cause: error });
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.pathOf(key), { force: true });
  }

  private pathOf(key: string): string {
    if (!KEY.test(key)) throw new TypeError(`${JSON.stringify(key)} is not a key of attachments`);
    return join(this.root, key.slice(0, 2), key);
  }
}

/** A file survives a crash only if its directory does. */
async function flushEntry(directory: string): Promise<void> {
  // Windows has no handle of a directory, and needs none.
  if (process.platform === 'win32') return;
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
