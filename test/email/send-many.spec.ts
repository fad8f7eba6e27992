import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type AnyEmailInput,
  type EmailInput,
  InvalidEmailError,
  type InvalidMessage,
  type SendManyProgress,
} from '../../src/email/index.js';
import { InvalidOptionError, NotInTransactionError } from '../../src/index.js';
import { newsletter } from './support/newsletter.js';
import { Outbox } from './support/outbox.js';

describe.each(['postgres', 'redis'])('sending many messages, with tasks on %s', (broker) => {
  const outbox = new Outbox();
  beforeAll(() =>
    outbox.start({}, broker === 'redis' ? process.env['REDIS_URL'] : undefined, { priorities: true }),
  );
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());
  afterEach(() => vi.restoreAllMocks());

  const rows = (): Promise<{ id: string; subject: string; call_id: string }[]> =>
    outbox.db.query('SELECT id, subject, call_id FROM email_message ORDER BY seq');

  it('makes each a message of its own, with a call that its row knows', async () => {
    const done = await outbox.service.sendMany(newsletter('run', 25), { batchSize: 10 });
    expect(done).toEqual({ accepted: 25, duplicates: 0, invalid: 0 });
    const stored = await rows();
    expect(new Set(stored.map(({ subject }) => subject)).size).toBe(25);
    expect(stored.map(({ call_id: callId }) => callId).toSorted()).toEqual(await outbox.callIds());
    for (const { id, call_id: callId } of stored) expect(callId).toBe(`email.mail-${id}-0`);
    const view = await outbox.view(stored[0]!.id);
    expect(view).toMatchObject({
      status: 'pending',
      reason: 'waiting for a worker',
      messageId: `<${view.id}@example.com>`,
      recipients: [{ kind: 'to', verdict: null }],
      events: [{ kind: 'accepted' }],
    });
  });

  it('keeps what is asked of each', async () => {
    const sendAt = new Date('2040-01-01T00:00:00Z');
    const expiresAt = new Date('2040-01-02T00:00:00Z');
    const full = {
      to: ['Ann <a@example.com>', 'b@example.com'],
      cc: 'c@example.com',
      bcc: 'd@example.com',
      subject: `'"\\🥬`,
      text: 'a\nb\t{"c": null}',
      html: '<p>ü</p>',
      headers: { 'X-Tag': 'ä, "b"' },
      tags: ['a', 'null', 'b:c'],
      metadata: { a: '{}', b: '' },
      priority: 'high',
      sendAt,
      expiresAt,
    } as const;
    await outbox.service.sendMany([full, { to: 'e@example.com', subject: 's', text: 't', priority: 'low' }]);
    const [many] = await outbox.db.query('SELECT * FROM email_message WHERE subject <> $1', ['s']);
    const { id } = await outbox.service.send(full);
    const [one] = await outbox.db.query('SELECT * FROM email_message WHERE id = $1', [id]);
    const own = ['id', 'seq', 'created_on', 'message_id', 'call_id', 'enqueued_at'];
    const common = (row: object) => Object.entries(row).filter(([column]) => !own.includes(column));
    expect(common(many)).toEqual(common(one));
    const [first, second] = [await outbox.view(many.id), await outbox.view(id)];
    expect(first.recipients).toEqual(second.recipients);
    const calls = await outbox.calls();
    expect(calls.filter(({ args }) => args[0] === many.id)).toMatchObject([{ eta: sendAt.getTime() }]);
  });

  it('tells how far it is, and takes its messages from a generator no faster than it stores them', async () => {
    const progress: SendManyProgress[] = [];
    let taken = 0;
    let furthest = 0;
    const source = async function* () {
      for (const message of newsletter('run', 100)) {
        taken++;
        furthest = Math.max(furthest, taken - (progress.at(-1)?.accepted ?? 0));
        yield message;
      }
    };
    await outbox.service.sendMany(source(), { batchSize: 10, onProgress: (one) => progress.push(one) });
    expect(progress.map(({ accepted }) => accepted)).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(furthest).toBeLessThanOrEqual(20);
  });

  it('reports what is invalid, with its place, and sends the others', async () => {
    const messages: EmailInput[] = newsletter('run', 12);
    messages[3] = { ...messages[3]!, to: 'nobody' };
    messages[11] = { ...messages[11]!, subject: 'a\r\nBcc: evil@example.com' };
    const refused: InvalidMessage[] = [];
    const done = await outbox.service.sendMany(messages, {
      batchSize: 5,
      onInvalid: (one) => refused.push(one),
    });
    expect(done).toEqual({ accepted: 10, duplicates: 0, invalid: 2 });
    expect(refused.map(({ index, error: { field }, input }) => [index, field, input])).toEqual([
      [3, 'to', messages[3]],
      [11, 'subject', messages[11]],
    ]);
    expect(await rows()).toHaveLength(10);
  });

  it('reports a message whose attachment is not there, and sends the others with theirs', async () => {
    const { id } = await outbox.attachments.put(Buffer.from('for all'));
    const files = [
      [{ filename: 'a.txt', id }],
      [{ filename: 'b.txt', id: '0'.repeat(64) }],
      [{ filename: 'c.txt', content: Buffer.from('for one') }],
      [{ filename: 'd.txt', id }],
    ];
    const letter = (run: string) =>
      newsletter(run, 4).map((message, index) => Object.assign(message, { attachments: files[index]! }));
    const messages = letter('run');
    const refused: InvalidMessage[] = [];
    const onInvalid = (one: InvalidMessage) => void refused.push(one);
    const done = await outbox.service.sendMany(messages, { onInvalid });
    expect(done).toEqual({ accepted: 3, duplicates: 0, invalid: 1 });
    expect(refused).toMatchObject([{ index: 1, input: messages[1], error: { field: 'attachments[0].id' } }]);
    const attached = await outbox.db.query('SELECT filename FROM email_attachment ORDER BY filename');
    expect(attached).toEqual([{ filename: 'a.txt' }, { filename: 'c.txt' }, { filename: 'd.txt' }]);

    const within = await outbox.db.transaction((manager) =>
      outbox.service.within(manager).sendMany(letter('within'), { onInvalid }),
    );
    expect(within).toEqual({ accepted: 2, duplicates: 0, invalid: 2 });
    expect(refused.slice(1)).toMatchObject([
      { index: 1, error: { field: 'attachments[0].id' } },
      { index: 2, error: { field: 'attachments[0].content' } },
    ]);
  });

  it('stores no message twice under a key: in a batch, across batches, or from before', async () => {
    await outbox.accept({ idempotencyKey: 'run-0' });
    const messages = [...newsletter('run', 12), ...newsletter('run', 3), newsletter('run', 12)[11]!];
    const done = await outbox.service.sendMany(messages, { batchSize: 5 });
    expect(done).toEqual({ accepted: 11, duplicates: 5, invalid: 0 });
    expect(await rows()).toHaveLength(12);
    expect(await outbox.calls()).toHaveLength(12);
  });

  it('shares keys with another one at the same time without a deadlock', async () => {
    const messages = newsletter('run', 300);
    const runs = [messages, messages.toReversed(), messages].map((list) =>
      outbox.service.sendMany(list, { batchSize: 50 }),
    );
    const done = await Promise.all(runs);
    expect(done.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(300);
    expect(done.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(600);
    expect(await outbox.calls()).toHaveLength(300);
  });

  describe('in the transaction of the caller', () => {
    it('leaves neither rows nor calls if that is rolled back', async () => {
      const transaction = outbox.db.transaction(async (manager) => {
        const done = await outbox.service.within(manager).sendMany(newsletter('run', 25), { batchSize: 10 });
        expect(done.accepted).toBe(25);
        throw new Error('rolled back');
      });
      await expect(transaction).rejects.toThrow('rolled back');
      expect(await rows()).toEqual([]);
      expect(await outbox.calls()).toEqual([]);
    });

    it('leaves all of them when that commits; the source may use it, too', async () => {
      await outbox.db.transaction(async (manager) => {
        const source = async function* () {
          for (const message of newsletter('run', 25)) {
            await manager.query('SELECT 1');
            yield message;
          }
        };
        await outbox.service.within(manager).sendMany(source(), { batchSize: 10 });
        expect(await rows()).toEqual([]);
      });
      expect(await rows()).toHaveLength(25);
      expect(await outbox.calls()).toHaveLength(25);
    });

    it('refuses what is none', async () => {
      const outside = outbox.service.within(outbox.db.manager).sendMany(newsletter('run', 1));
      await expect(outside).rejects.toThrow(NotInTransactionError);
    });
  });

  describe('ends early', () => {
    const untilThen = async (source: AsyncIterable<AnyEmailInput>, more: object = {}): Promise<unknown> =>
      outbox.service.sendMany(source, { batchSize: 10, ...more }).catch((error: unknown) => error);
    const failingAt = async function* (place: number, error: Error) {
      for (const [index, message] of newsletter('run', 40).entries()) {
        if (index === place) throw error;
        yield message;
      }
    };
    const afterwards = async () => {
      const committed = (await rows()).length;
      expect([10, 20]).toContain(committed);
      expect(await outbox.calls()).toHaveLength(committed);
      const done = await outbox.service.sendMany(newsletter('run', 40));
      expect(done).toEqual({ accepted: 40 - committed, duplicates: committed, invalid: 0 });
    };

    it('with the error of its source; what is committed stays, and doing it again does the rest', async () => {
      const error = new Error('no more');
      expect(await untilThen(failingAt(25, error))).toBe(error);
      await afterwards();
    });

    it('when it is told to', async () => {
      const controller = new AbortController();
      const source = async function* () {
        for (const [index, message] of newsletter('run', 40).entries()) {
          if (index === 25) controller.abort(new Error('enough'));
          yield message;
        }
      };
      expect(await untilThen(source(), { signal: controller.signal })).toMatchObject({ message: 'enough' });
      await afterwards();
    });

    it('with what a callback throws', async () => {
      const onProgress = () => {
        throw new Error('no');
      };
      expect(await untilThen(failingAt(99, new Error()), { onProgress })).toMatchObject({ message: 'no' });
      await afterwards();
      const onInvalid = ({ error }: InvalidMessage) => {
        throw error;
      };
      const invalid = { to: 'nobody', subject: 's', text: 't' };
      const strict = outbox.service.sendMany([invalid], { onInvalid });
      await expect(strict).rejects.toThrow(InvalidEmailError);
    });

    it('with the error of the database, once nothing is under way any more', async () => {
      const within = outbox.enqueuer.withinMany.bind(outbox.enqueuer);
      let batches = 0;
      vi.spyOn(outbox.enqueuer, 'withinMany').mockImplementation((transaction) => {
        const call = within(transaction);
        return ++batches === 3 ? () => Promise.reject(new Error('no call')) : call;
      });
      expect(await untilThen(failingAt(99, new Error()))).toMatchObject({ message: 'no call' });
      vi.restoreAllMocks();
      const committed = (await rows()).length;
      expect(committed % 10).toBe(0);
      expect(await outbox.calls()).toHaveLength(committed);
      const done = await outbox.service.sendMany(newsletter('run', 40));
      expect(done).toMatchObject({ accepted: 40 - committed, duplicates: committed });
    });
  });

  it.each<[unknown, object]>([
    ['messages', {}],
    [null, {}],
    [{ to: 'a@example.com', subject: 's', text: 't' }, {}],
    [[], { batchSize: 0 }],
    [[], { batchSize: 5_001 }],
  ])('refuses %j with %j', async (messages, options) => {
    await expect(outbox.service.sendMany(messages as [], options)).rejects.toThrow(InvalidOptionError);
  });

  it('takes any message or reports it, however hostile, and never loses another', async () => {
    const evil = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 10 }),
      fc.string({ unit: fc.constantFrom(...Array.from(`'"\\;{}[]%,<>@\r\n\0 ab`)), maxLength: 10 }),
    );
    const odd = fc.oneof(evil, fc.anything({ maxDepth: 1 }));
    const field = fc.constantFrom(
      'to',
      'subject',
      'text',
      'tags',
      'metadata',
      'headers',
      'idempotencyKey',
      'sendAt',
    );
    const hostile = fc.oneof(odd, fc.dictionary(field, odd));
    const plain = fc.constant('plain');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(hostile, plain), { maxLength: 30 }), async (list) => {
        const run = randomUUID();
        const good = newsletter(run, list.length);
        const messages = list.map((item, index) =>
          item === 'plain'
            ? good[index]
            : typeof item === 'object' && item !== null
              ? { ...good[index], ...item }
              : item,
        );
        const done = await outbox.service.sendMany(messages as EmailInput[], {
          batchSize: 7,
          onInvalid: ({ error }) => expect(error).toBeInstanceOf(InvalidEmailError),
        });
        expect(done.accepted + done.duplicates + done.invalid).toBe(list.length);
        const keys = good
          .filter((_, index) => list[index] === 'plain')
          .map(({ idempotencyKey }) => idempotencyKey);
        const found = await outbox.db.query('SELECT FROM email_message WHERE idempotency_key = ANY($1)', [
          keys,
        ]);
        expect(found).toHaveLength(keys.length);
      }),
      { numRuns: 100 },
    );
  });
});
