import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AttachmentMissingError } from '../../errors/index.js';
import { DirectoryStore } from './directory-store.js';

async function* bytes(...pieces: string[]): AsyncGenerator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece);
}

const all = (content: AsyncIterable<Buffer>): Promise<Buffer[]> => Readable.from(content).toArray();

describe('a directory of attachments', () => {
  let parent: string;
  let root: string;
  let store: DirectoryStore;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'celeriac-directory-'));
    root = join(parent, 'volume');
    store = new DirectoryStore(root);
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));

  it('has one file per key, which is its name', async () => {
    const key = randomUUID();
    await store.write(key, bytes('a', 'b'));
    expect(await readFile(join(root, key.slice(0, 2), key), 'utf8')).toBe('ab');
    expect((await all(store.read(key))).join('')).toBe('ab');
    await store.delete(key);
    await store.delete(key);
    await expect(all(store.read(key))).rejects.toThrow(AttachmentMissingError);
  });

  it.each([
    '../../escape',
    '/etc/passwd',
    '',
    '.',
    'a'.repeat(36),
    `${randomUUID()}/../x`,
    `${randomUUID()}\n`,
  ])('touches nothing for %j, which is no key', async (key) => {
    await expect(store.write(key, bytes('x'))).rejects.toThrow('is not a key');
    await expect(all(store.read(key))).rejects.toThrow('is not a key');
    await expect(store.delete(key)).rejects.toThrow('is not a key');
    expect(await readdir(parent)).toEqual([]);
  });

  it('writes over nothing', async () => {
    const key = randomUUID();
    await store.write(key, bytes('first'));
    await expect(store.write(key, bytes('second'))).rejects.toThrow('EEXIST');
    expect((await all(store.read(key))).join('')).toBe('first');
  });

  it('tells a file that is missing from a volume that is', async () => {
    await expect(all(store.read(randomUUID()))).rejects.toThrow('Is its volume mounted?');
    await store.write(randomUUID(), bytes('x'));
    await expect(all(store.read(randomUUID()))).rejects.toThrow(AttachmentMissingError);
  });

  it('fails where it cannot write', async () => {
    await writeFile(root, 'a file');
    await expect(store.write(randomUUID(), bytes('x'))).rejects.toThrow(/ENOTDIR|EEXIST/);
  });
});
