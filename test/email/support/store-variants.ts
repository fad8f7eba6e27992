import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import {
  AttachmentMissingError,
  type AttachmentOptions,
  type AttachmentStore,
  EmailBlockListService,
} from '../../../src/email/index.js';

/** A store, and the hand that harms it. */
export interface StoreVariant {
  readonly name: string;
  create(): Promise<Victim>;
}

export interface Victim {
  readonly store: NonNullable<AttachmentOptions['store']>;
  /** The keys that it has bytes of. */
  keys(db: DataSource): Promise<string[]>;
  /** Changes what it has under a key; undefined removes it. */
  alter(db: DataSource, key: string, change: (bytes: Buffer) => Buffer | undefined): Promise<void>;
  /** Makes it unreachable until the function that is returned is called; undefined: only with its database. */
  readonly cutOff?: () => Promise<() => Promise<void>>;
  remove(): Promise<void>;
}

const database: StoreVariant = {
  name: 'database',
  create: async () => ({
    store: 'database',
    keys: async (db) =>
      (await db.query<{ key: string }[]>('SELECT DISTINCT key FROM email_content_chunk')).map(
        ({ key }) => key,
      ),
    alter: async (db, key, change) => {
      const chunks = await db.query<{ bytes: Buffer }[]>(
        'SELECT bytes FROM email_content_chunk WHERE key = $1 ORDER BY position',
        [key],
      );
      const bytes = change(Buffer.concat(chunks.map((chunk) => chunk.bytes)));
      await db.query('DELETE FROM email_content_chunk WHERE key = $1', [key]);
      if (bytes) await db.query('INSERT INTO email_content_chunk VALUES ($1, 0, $2)', [key, bytes]);
    },
    remove: async () => {},
  }),
};

const directory: StoreVariant = {
  name: 'directory',
  create: async () => {
    const parent = await mkdtemp(join(tmpdir(), 'celeriac-attachments-'));
    const root = join(parent, 'volume');
    const pathOf = (key: string) => join(root, key.slice(0, 2), key);
    return {
      store: { directory: root },
      keys: async () =>
        existsSync(root)
          ? (await readdir(root, { recursive: true, withFileTypes: true }))
              .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
              .map(({ name }) => name)
          : [],
      alter: async (_db, key, change) => {
        const bytes = change(await readFile(pathOf(key)));
        if (bytes) await writeFile(pathOf(key), bytes);
        else await rm(pathOf(key));
      },
      cutOff: async () => {
        await rename(root, `${root}-elsewhere`);
        return () => rename(`${root}-elsewhere`, root);
      },
      remove: () => rm(parent, { recursive: true, force: true }),
    };
  },
};

/** As an application writes one: a class with dependencies. */
const custom: StoreVariant = {
  name: 'a store of the application',
  create: async () => {
    const objects = new Map<string, Buffer>();
    let away = false;
    const reach = () => {
      if (away) throw new Error('the bucket does not answer');
    };

    @Injectable()
    class Bucket implements AttachmentStore {
      readonly name = 'bucket';
      constructor(readonly lists: EmailBlockListService) {
        if (!(lists instanceof EmailBlockListService)) throw new Error('it was not given what it depends on');
      }
      async write(key: string, content: AsyncIterable<Buffer>): Promise<void> {
        reach();
        objects.set(key, Buffer.alloc(0));
        for await (const bytes of content)
          objects.set(key, Buffer.concat([objects.get(key) ?? Buffer.alloc(0), bytes]));
      }
      async *read(key: string): AsyncGenerator<Buffer> {
        reach();
        const bytes = objects.get(key);
        if (!bytes) throw new AttachmentMissingError(key);
        yield bytes;
      }
      async delete(key: string): Promise<void> {
        reach();
        objects.delete(key);
      }
    }

    return {
      store: Bucket,
      keys: async () => [...objects.keys()],
      alter: async (_db, key, change) => {
        const bytes = change(objects.get(key)!);
        if (bytes) objects.set(key, bytes);
        else objects.delete(key);
      },
      cutOff: async () => {
        away = true;
        return async () => void (away = false);
      },
      remove: async () => {},
    };
  },
};

export const STORE_VARIANTS: readonly StoreVariant[] = [database, directory, custom];

/** Those that come with the package. */
export const PLAIN_STORES: readonly StoreVariant[] = [database, directory];
