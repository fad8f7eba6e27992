import type { DataSource } from 'typeorm';
import { AttachmentMissingError } from '../../errors/index.js';
import type { AttachmentStore } from '../attachment-store.js';
import { chunked } from '../content/chunked.js';

/** Large enough for few round trips, small enough to hold in memory for each message in flight. */
const CHUNK = 64 * 1024;

const WRITE = `INSERT INTO email_content_chunk (key, position, bytes) VALUES ($1, $2, $3)`;
const READ = `SELECT bytes FROM email_content_chunk WHERE key = $1 AND position = $2`;
const DELETE = `DELETE FROM email_content_chunk WHERE key = $1`;

/** Rows of the outbox's own database. No connection is held between two chunks. */
export class DatabaseStore implements AttachmentStore {
  readonly name = 'database';

  constructor(private readonly database: DataSource) {}

  async write(key: string, content: AsyncIterable<Buffer>): Promise<void> {
    let position = 0;
    for await (const bytes of chunked(content, CHUNK)) await this.insert(key, position++, bytes);
    // An empty file has a chunk, too: it tells it from one that is missing.
    if (position === 0) await this.insert(key, 0, Buffer.alloc(0));
  }

  async *read(key: string): AsyncGenerator<Buffer> {
    for (let position = 0; ; position++) {
      const [chunk] = await this.database.query<{ bytes: Buffer }[]>(READ, [key, position]);
      if (chunk) yield chunk.bytes;
      else if (position === 0) throw new AttachmentMissingError(key);
      else return;
    }
  }

  async delete(key: string): Promise<void> {
    await this.database.query(DELETE, [key]);
  }

  private async insert(key: string, position: number, bytes: Buffer): Promise<void> {
    await this.database.query(WRITE, [key, position, bytes]);
  }
}
