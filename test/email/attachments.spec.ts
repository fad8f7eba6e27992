import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { Readable } from 'node:stream';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AttachmentStore,
  AttachmentStoreError,
  AttachmentTooLargeError,
  AttachmentUploadExpiredError,
  type EmailInput,
  InvalidEmailError,
} from '../../src/email/index.js';
import { Ignore, Retry } from '../../src/tasks/index.js';
import { Gate } from './support/gate.js';
import { Outbox } from './support/outbox.js';
import { ScriptedSmtp } from './support/scripted-smtp.js';
import { STORE_VARIANTS, type Victim } from './support/store-variants.js';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Several chunks of the database, and a part of one. */
const LARGE = randomBytes(1.3 * MIB);

/** Bytes as they come over a network. */
async function* coming(bytes: Buffer, piece = 10_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += piece) {
    await turn();
    yield bytes.subarray(at, at + piece);
  }
}

const broken = async function* (): AsyncGenerator<Buffer> {
  yield LARGE;
  throw new Error('the source has gone');
};

describe.each(STORE_VARIANTS)('attachments in the store $name', (variant) => {
  const outbox = new Outbox();
  let victim: Victim;

  beforeAll(async () => {
    victim = await variant.create();
    await outbox.start({
      attachments: { store: victim.store, maxSize: '2MB', maxTotalSize: '3MB', maxCount: 4 },
    });
  });
  afterAll(async () => {
    await outbox.stop();
    await victim.remove();
  });
  beforeEach(async () => {
    await outbox.reset();
    for (const key of await victim.keys(outbox.db)) await victim.alter(outbox.db, key, () => undefined);
  });

  const accept = (attachments: EmailInput['attachments'], more: Partial<EmailInput> = {}) =>
    outbox.accept({ attachments, ...more });
  const arrived = async () => {
    const [mail] = outbox.peer.received;
    if (!mail) throw new Error('nothing arrived');
    return PostalMime.parse(mail.raw);
  };
  const bytesOf = ({ content }: { content: unknown }): Buffer => Buffer.from(content as ArrayBuffer);
  const count = async (table: string): Promise<number> => {
    const [row] = await outbox.db.query<{ count: number }[]>(`SELECT count(*)::int AS count FROM ${table}`);
    return row!.count;
  };
  /** Nothing of an upload is left, wherever. */
  const expectNothingKept = async () => {
    expect(await victim.keys(outbox.db)).toEqual([]);
    expect([await count('email_content'), await count('email_content_draft')]).toEqual([0, 0]);
  };
  const age = () =>
    outbox.db.query(`
      WITH drafts AS (UPDATE email_content_draft SET remove_after = remove_after - interval '2 days')
      UPDATE email_content SET used_on = used_on - interval '2 days'`);

  describe('arrive', () => {
    it('as they were given: bytes, text, and streams of both kinds', async () => {
      const id = await accept([
        { filename: 'bytes.pdf', content: LARGE },
        { filename: 'Grüße "1".txt', content: 'Grüße' },
        { filename: 'stream.bin', content: Readable.from(coming(LARGE.subarray(1))) },
        { filename: 'empty.csv', content: new Uint8Array(), contentType: 'text/csv; header=present' },
      ]);
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      const { attachments } = await arrived();
      expect(
        attachments.map(({ filename, mimeType, disposition }) => [filename, mimeType, disposition]),
      ).toEqual([
        ['bytes.pdf', 'application/pdf', 'attachment'],
        ['Grüße "1".txt', 'text/plain', 'attachment'],
        ['stream.bin', 'application/octet-stream', 'attachment'],
        ['empty.csv', 'text/csv', 'attachment'],
      ]);
      const given = [LARGE, Buffer.from('Grüße'), LARGE.subarray(1), Buffer.alloc(0)];
      for (const [index, bytes] of given.entries()) {
        expect(bytesOf(attachments[index]!).equals(bytes)).toBe(true);
      }
      expect((await outbox.view(id)).attachments).toMatchObject([
        { filename: 'bytes.pdf', contentType: 'application/pdf', cid: null, size: LARGE.length },
        { filename: 'Grüße "1".txt', contentType: 'text/plain; charset=utf-8', size: 7 },
        { size: LARGE.length - 1 },
        { size: 0 },
      ]);
    });

    it('inside the HTML, by their cid', async () => {
      const id = await accept([{ filename: 'logo.png', content: LARGE, cid: 'logo@example.com' }], {
        html: '<img src="cid:logo@example.com">',
      });
      await outbox.run(id);
      const { attachments } = await arrived();
      expect(attachments).toMatchObject([
        {
          filename: 'logo.png',
          mimeType: 'image/png',
          disposition: 'inline',
          contentId: '<logo@example.com>',
          related: true,
        },
      ]);
      expect(bytesOf(attachments[0]!).equals(LARGE)).toBe(true);
    });

    it('again, when the message is tried again', async () => {
      const id = await accept([{ filename: 'a.bin', content: LARGE }]);
      outbox.peer.script = { finalDot: async () => ({ code: 451, text: 'later' }) };
      expect(await outbox.runInVain(id)).toBeInstanceOf(Retry);
      outbox.peer.script = {};
      await outbox.run(id, { retries: 1 });
      expect(bytesOf((await arrived()).attachments[0]!).equals(LARGE)).toBe(true);
    });

    it('over another connection, if the server closes the one that was kept', async () => {
      await outbox.run(await outbox.accept());
      const id = await accept([{ filename: 'a.bin', content: LARGE }]);
      outbox.peer.reset();
      outbox.peer.script = { hangUps: 1 };
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      expect(outbox.peer.script.hangUps).toBe(0);
      expect(bytesOf((await arrived()).attachments[0]!).equals(LARGE)).toBe(true);
    });

    it('with a message that was stored alone', async () => {
      const { id } = await outbox.preprocessor.preprocess({
        to: 'a@example.com',
        subject: 's',
        text: 't',
        attachments: [{ filename: 'a.bin', content: coming(LARGE) }],
      });
      await outbox.run(id);
      expect(bytesOf((await arrived()).attachments[0]!).equals(LARGE)).toBe(true);
    });
  });

  describe('stored before the message', () => {
    it('are part of a transaction by their id', async () => {
      const { id: content, size } = await outbox.attachments.put(coming(LARGE));
      expect(size).toBe(LARGE.length);
      const email = { to: 'a@example.com', subject: 's', text: 't' };
      const { id } = await outbox.db.transaction((manager) =>
        outbox.service.within(manager).send({ ...email, attachments: [{ filename: 'a.bin', id: content }] }),
      );
      await outbox.run(id);
      expect(bytesOf((await arrived()).attachments[0]!).equals(LARGE)).toBe(true);
    });

    it.each([
      ['a content of its own', { filename: 'a.txt', content: 'x' }, 'attachments[1].content'],
      ['an id of no content', { filename: 'a.txt', id: 'a'.repeat(64) }, 'attachments[1].id'],
    ])('%s is refused, and the transaction goes on', async (_what, wrong, field) => {
      const { id } = await outbox.attachments.put('x');
      const attachments = [{ filename: 'b.txt', id }, wrong];
      await outbox.db.transaction(async (manager) => {
        const email = { to: 'a@example.com', subject: 's', text: 't', attachments };
        await expect(outbox.service.within(manager).send(email)).rejects.toMatchObject({ field });
        await expect(outbox.preprocessor.preprocess(email, manager)).rejects.toMatchObject({ field });
        await manager.query('SELECT 1');
      });
      expect(await count('email_message')).toBe(0);
    });
  });

  describe('of the same content', () => {
    it('are stored once, however often and however they are sent', async () => {
      await accept([{ filename: 'a.bin', content: LARGE }]);
      await accept([{ filename: 'a.bin', content: coming(LARGE) }]);
      await accept([
        { filename: 'b.bin', content: LARGE },
        { filename: 'c.bin', content: LARGE },
      ]);
      expect(await victim.keys(outbox.db)).toHaveLength(1);
      expect([await count('email_content'), await count('email_content_draft')]).toEqual([1, 0]);
    });

    it('are stored once when they come at the same time', async () => {
      const ids = await Promise.all(
        Array.from({ length: 8 }, () => accept([{ filename: 'a.bin', content: coming(LARGE, 100_000) }])),
      );
      expect(await victim.keys(outbox.db)).toHaveLength(1);
      expect([await count('email_content'), await count('email_content_draft')]).toEqual([1, 0]);
      await outbox.run(ids[7]!);
      expect(bytesOf((await arrived()).attachments[0]!).equals(LARGE)).toBe(true);
    });
  });

  describe('beyond a limit', () => {
    const tooLarge = Buffer.alloc(2 * MIB + 1);

    it.each<[string, NonNullable<EmailInput['attachments']>, string]>([
      ['bytes', [{ filename: 'a', content: tooLarge }], 'attachments[0].content has more than 2097152 bytes'],
      [
        'a stream',
        [{ filename: 'a', content: coming(tooLarge, MIB) }],
        'attachments[0].content has more than 2097152 bytes',
      ],
      [
        'too many',
        Array.from({ length: 5 }, () => ({ filename: 'a', content: '' })),
        'attachments has 5 files. Give at most 4',
      ],
    ])('%s are refused, and leave nothing behind', async (_what, attachments, message) => {
      await expect(accept(attachments)).rejects.toThrow(message);
      await expectNothingKept();
    });

    it('those too large together are refused', async () => {
      const files = [LARGE, LARGE.subarray(1), LARGE.subarray(2)].map((content) => ({
        filename: 'a',
        content,
      }));
      await expect(accept(files)).rejects.toThrow(
        /^attachments has \d+ bytes together\. Give at most 3145728/,
      );
      expect(await count('email_message')).toBe(0);
    });

    it('an upload is refused, and leaves nothing behind', async () => {
      await expect(outbox.attachments.put(coming(tooLarge, MIB))).rejects.toThrow(AttachmentTooLargeError);
      await expectNothingKept();
    });
  });

  describe('whose upload fails', () => {
    it('by its source, leave nothing behind, and the error is the source’s', async () => {
      await expect(outbox.attachments.put(broken())).rejects.toThrow('the source has gone');
      await expectNothingKept();
    });

    it('because it took longer than unfinished ones are kept, do not exist', async () => {
      const gate = new Gate();
      const reached = new Gate();
      const slow = async function* () {
        yield LARGE;
        reached.open();
        await gate.opened;
        yield LARGE.subarray(0, 1);
      };
      const upload = outbox.attachments.put(slow()).catch((error: unknown) => error);
      await reached.opened;
      expect(await outbox.attachments.removeUnused()).toBe(0);
      await age();
      expect(await outbox.attachments.removeUnused()).toBe(1);
      gate.open();
      expect(await upload).toBeInstanceOf(AttachmentUploadExpiredError);
      await expectNothingKept();
    });
  });

  describe('that are not what they were', () => {
    it.each<[string, (bytes: Buffer) => Buffer | undefined, string]>([
      [
        'shorter',
        (bytes) => bytes.subarray(0, -1),
        'was changed in the store: it has 1363147 bytes of the 1363148',
      ],
      ['longer', (bytes) => Buffer.concat([bytes, bytes]), 'is longer than the 1363148 bytes'],
      ['changed in one bit', flipLastBit, 'it has other bytes than those that were stored'],
      ['gone', () => undefined, 'is not in the store any more'],
    ])('(%s) fail the message before the server has all of it', async (_how, change, words) => {
      const attachments = [{ filename: 'a.bin', content: LARGE }];
      const id = await accept(attachments);
      const [key] = await victim.keys(outbox.db);
      await victim.alter(outbox.db, key!, change);
      const result = await outbox.run(id);
      expect(result).toMatchObject({
        status: 'failed',
        reason: expect.stringContaining('the attachment "a.bin"'),
      });
      expect(result.reason).toContain(words);
      expect(result.reason).toContain('Upload the same file again');
      expect(outbox.peer.received).toEqual([]);
      expect(await outbox.runInVain(id)).toBeInstanceOf(Ignore);

      // What it asks for is what helps, and helps every message that has the file.
      await outbox.attachments.put(LARGE);
      await outbox.service.resend(id);
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      expect(bytesOf((await arrived()).attachments[0]!).equals(LARGE)).toBe(true);
      await age();
      await outbox.attachments.removeUnused();
      expect(await victim.keys(outbox.db)).toHaveLength(1);
    });

    it('keep no other message from being sent', async () => {
      const damaged = await accept([{ filename: 'a.bin', content: LARGE }]);
      const [key] = await victim.keys(outbox.db);
      await victim.alter(outbox.db, key!, flipLastBit);
      await outbox.run(damaged);
      expect(await outbox.run(await accept([{ filename: 'a.bin', content: LARGE }]))).toMatchObject({
        status: 'sent',
      });
    });
  });

  it('wait for a store that cannot be reached, and for one that was used before', async () => {
    const id = await accept([{ filename: 'a.bin', content: LARGE }]);
    const back = await victim.cutOff?.();
    if (!back) await outbox.db.query(`UPDATE email_content SET store = 'directory'`);
    expect(await outbox.runInVain(id)).toBeInstanceOf(Retry);
    expect(await outbox.view(id)).toMatchObject({
      status: 'deferred',
      reason: expect.stringMatching(
        /^The store of attachments "\w+" cannot be read: (nothing was ever stored in .*volume mounted|the bucket does not|the content is in the store "directory")/,
      ),
    });
    if (back) await back();
    else await outbox.db.query(`UPDATE email_content SET store = 'database'`);
    expect(await outbox.run(id, { retries: 1 })).toMatchObject({ status: 'sent' });
  });

  describe('are removed', () => {
    it('when no message has them, and not before their time', async () => {
      const kept = await accept([{ filename: 'a.bin', content: LARGE }]);
      const { id: unused } = await outbox.attachments.put('unused');
      expect(await outbox.attachments.removeUnused()).toBe(0);
      await age();
      expect(await outbox.attachments.removeUnused()).toBe(1);
      expect(await victim.keys(outbox.db)).toHaveLength(1);
      await expect(accept([{ filename: 'a', id: unused }])).rejects.toThrow(InvalidEmailError);

      await outbox.db.query('DELETE FROM email_message WHERE id = $1', [kept]);
      expect(await outbox.attachments.removeUnused()).toBe(1);
      await expectNothingKept();
    });

    it('not while a message that refers to them is being stored', async () => {
      const { id } = await outbox.attachments.put(LARGE);
      await age();
      const email = {
        to: 'a@example.com',
        subject: 's',
        text: 't',
        attachments: [{ filename: 'a.bin', id }],
      };
      const stored = await outbox.db.transaction(async (manager) => {
        const sent = await outbox.service.within(manager).send(email);
        expect(await outbox.attachments.removeUnused()).toBe(0);
        return sent;
      });
      expect(await outbox.attachments.removeUnused()).toBe(0);
      expect(await outbox.run(stored.id)).toMatchObject({ status: 'sent' });
    });

    it('never from under a message, however uploads, messages and clean-ups meet', async () => {
      const over = new AbortController();
      const clean = async () => {
        while (!over.signal.aborted) {
          await outbox.db.query(`UPDATE email_content SET used_on = now() - interval '2 days'`);
          await outbox.attachments.removeUnused();
        }
      };
      const cleaning = Promise.all([clean(), clean()]);
      const content = LARGE.subarray(0, 300 * KIB);
      const accepted: string[] = [];
      let refused = 0;
      const send = async (streamed: boolean) => {
        for (let n = 0; n < 12; n++) {
          try {
            accepted.push(
              await accept([{ filename: 'a.bin', content: streamed ? coming(content, 100_000) : content }]),
            );
            // Retention: sometimes the last message that has it goes.
            if (n % 3 === 0)
              await outbox.db.query('DELETE FROM email_message WHERE id = $1', [accepted.pop()]);
          } catch (error) {
            // It was gone before the message was there, which was told.
            expect(error).toMatchObject({ field: 'attachments[0].id' });
            refused++;
          }
        }
      };
      await Promise.all([send(true), send(false), send(true)]).finally(() => over.abort());
      await cleaning;
      expect(accepted.length).toBeGreaterThan(0);
      expect(refused + accepted.length).toBeGreaterThan(20);
      for (const id of accepted) expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      await outbox.db.query('DELETE FROM email_message');
      await age();
      await outbox.attachments.removeUnused();
      await expectNothingKept();
    });
  });
});

describe('a send whose connection breaks before all of the content was on its way', () => {
  const outbox = new Outbox();
  const server = new ScriptedSmtp();
  const released = new Gate();
  const store: AttachmentStore = {
    name: 'endless',
    write: async (_key, content) => {
      for await (const _ of content);
    },
    async *read() {
      try {
        for (;;) yield LARGE;
      } finally {
        released.open();
      }
    },
    delete: async () => {},
  };
  beforeAll(async () => {
    await server.start();
    await outbox.start({ attachments: { store }, transport: `smtp://127.0.0.1:${server.port}` });
  });
  afterAll(async () => {
    await outbox.stop();
    await server.stop();
  });

  it('came to nothing, for certain: it is tried again; and it lets go of what it was reading', async () => {
    const content = Buffer.alloc(20 * MIB);
    const id = await outbox.accept({ attachments: [{ filename: 'a.bin', content }] });
    server.script.content = 'drop';
    expect(await outbox.runInVain(id)).toBeInstanceOf(Retry);
    expect((await outbox.view(id)).status).toBe('deferred');
    await released.opened;
  });
});

describe('a store that is full', () => {
  let full = true;
  const written = new Map<string, Buffer[]>();
  const store: AttachmentStore = {
    name: 'small',
    write: async (key, content) => {
      const pieces: Buffer[] = [];
      written.set(key, pieces);
      for await (const piece of content) {
        if (full && pieces.length > 0) throw new Error('ENOSPC: no space left on device');
        pieces.push(piece);
      }
    },
    read: (key) => Readable.from(written.get(key) ?? []),
    delete: async (key) => {
      if (full) throw new Error('EIO: i/o error');
      written.delete(key);
    },
  };
  const outbox = new Outbox();
  beforeAll(() => outbox.start({ attachments: { store } }));
  afterAll(() => outbox.stop());

  it('says so, and what it holds of the upload is removed when it can be', async () => {
    const upload = outbox.attachments.put(coming(LARGE));
    await expect(upload).rejects.toThrow(AttachmentStoreError);
    await expect(upload).rejects.toThrow('The store of attachments "small" cannot be written: ENOSPC');
    await outbox.db.query(`UPDATE email_content_draft SET remove_after = now()`);
    expect(await outbox.attachments.removeUnused()).toBe(0);
    full = false;
    expect(await outbox.attachments.removeUnused()).toBe(1);
    expect(written.size).toBe(0);

    const id = await outbox.accept({ attachments: [{ filename: 'a.bin', content: coming(LARGE) }] });
    expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
  });
});

function flipLastBit(bytes: Buffer): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[flipped.length - 1]! ^= 1;
  return flipped;
}
