import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidBlockPatternError } from '../../src/email/index.js';
import { Outbox } from './support/outbox.js';

describe('the block check', () => {
  const outbox = new Outbox();
  beforeAll(() =>
    outbox.start({
      perRecipient: '2/10m',
      messageClasses: { reset: { blockCheck: 'lists' }, alarm: { blockCheck: 'none' } },
    }),
  );
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());

  describe('by the lists', () => {
    it('blocks a denied address, and says why', async () => {
      await outbox.lists.deny('A@example.com', { reason: 'bounced' });
      const id = await outbox.accept({ to: 'a@Example.com' });
      expect(await outbox.run(id)).toEqual({
        status: 'blocked',
        reason: 'a@example.com: on the deny list (bounced)',
      });
      expect(outbox.peer.received).toEqual([]);
      expect(await outbox.view(id)).toMatchObject({
        status: 'blocked',
        emailHasBeenSent: false,
        recipients: [{ verdict: 'blocked', detail: 'on the deny list (bounced)' }],
        events: [{ kind: 'accepted' }, { kind: 'claimed' }, { kind: 'blocked' }],
      });
    });

    it('blocks every address of a denied domain but an allowed one', async () => {
      await outbox.lists.deny('@example.com');
      await outbox.lists.allow('boss@example.com');
      const id = await outbox.accept({ to: 'a@example.com', cc: 'boss@example.com', bcc: 'c@example.org' });
      expect(await outbox.run(id)).toEqual({
        status: 'sent',
        reason: 'not to a@example.com: @example.com is on the deny list',
      });
      expect(outbox.peer.received).toMatchObject([{ to: ['boss@example.com', 'c@example.org'] }]);
    });

    it('goes by the lists as they are when the message is looked at', async () => {
      const id = await outbox.accept();
      await outbox.lists.deny('a@example.com');
      expect(await outbox.run(id)).toMatchObject({ status: 'blocked' });
    });

    it('keeps a verdict once it is given, also through a retry', async () => {
      await outbox.lists.deny('a@example.com');
      const id = await outbox.accept({ to: ['a@example.com', 'b@example.com'] });
      outbox.peer.script = { finalDot: async () => ({ code: 451, text: 'later' }) };
      await outbox.runInVain(id);
      await outbox.lists.remove('a@example.com');
      outbox.peer.script = {};
      await outbox.run(id);
      expect(outbox.peer.received).toMatchObject([{ to: ['b@example.com'] }]);
    });

    it('can be edited: an entry is replaced, listed and removed', async () => {
      await outbox.lists.deny('@Example.com', { reason: 'complaint' });
      await outbox.lists.deny('b@example.com');
      await outbox.lists.allow('@example.com');
      const entries = await outbox.lists.list();
      expect(entries).toMatchObject([
        { pattern: '@example.com', list: 'allow', reason: null },
        { pattern: 'b@example.com', list: 'deny', reason: null },
      ]);
      expect(await outbox.lists.remove('b@EXAMPLE.com')).toBe(true);
      expect(await outbox.lists.remove('b@example.com')).toBe(false);
      await expect(outbox.lists.deny('example.com')).rejects.toThrow(InvalidBlockPatternError);
    });

    it('knows wildcards, and takes nothing else in them for one', async () => {
      await outbox.lists.deny('*@*.Example.com', { reason: 'test' });
      await outbox.lists.deny('a_b*@example.org');
      const status = async (to: string) => (await outbox.run(await outbox.accept({ to }))).status;
      expect(await status('a@mail.example.com')).toBe('blocked');
      expect(await status('a@example.com')).toBe('sent');
      expect(await status('a_b1@example.org')).toBe('blocked');
      expect(await status('aXb1@example.org')).toBe('sent');
    });

    it('forgets an entry at its time', async () => {
      await outbox.lists.deny('a@example.com', { expiresOn: new Date(Date.now() + 3_600_000) });
      expect(await outbox.run(await outbox.accept())).toMatchObject({ status: 'blocked' });
      await outbox.lists.deny('a@example.com', { expiresOn: new Date(Date.now() - 1_000) });
      expect(await outbox.run(await outbox.accept())).toMatchObject({ status: 'sent' });
    });

    it('keeps out also those who were put off before they were denied', async () => {
      const id = await outbox.accept({ to: ['a@example.com', 'b@example.com'] });
      outbox.peer.script = { mailFrom: { code: 451, text: 'later' } };
      await outbox.runInVain(id);
      outbox.peer.script = {};
      await outbox.lists.deny('b@example.com');
      expect(await outbox.run(id)).toMatchObject({
        status: 'sent',
        reason: 'not to b@example.com: on the deny list',
      });
    });

    it('are offered the addresses that nobody has', async () => {
      outbox.peer.script = {
        rcptTo: (address) =>
          address.startsWith('gone')
            ? { code: 550, text: '5.1.1 no such user' }
            : { code: 550, text: '5.7.1 not from you' },
      };
      for (const to of ['gone1@example.com', 'gone2@example.com', 'gone2@example.com', 'here@example.com'])
        await outbox.run(await outbox.accept({ to }));
      expect(await outbox.lists.candidates()).toMatchObject([
        { address: 'gone2@example.com', refusals: 2, reason: '550 5.1.1 no such user' },
        { address: 'gone1@example.com', refusals: 1, lastRefusedOn: expect.any(Date) },
      ]);
      await outbox.lists.deny('gone2@example.com', { reason: 'no such user' });
      expect(await outbox.lists.candidates()).toMatchObject([{ address: 'gone1@example.com' }]);
    });
  });

  describe('by the limit of 2 in 10 minutes', () => {
    /** Messages to one address, accepted so many minutes ago, oldest first. */
    const acceptedAgo = async (...minutes: number[]): Promise<string[]> => {
      const ids: string[] = [];
      for (const _ of minutes) ids.push(await outbox.accept());
      for (const [index, ago] of minutes.entries()) {
        await outbox.db.query(
          `WITH moved AS (
             UPDATE email_message SET created_on = date_trunc('second', now()) - $2::float8 * interval '1 minute'
             WHERE id = $1 RETURNING created_on)
           UPDATE email_recipient SET created_on = moved.created_on FROM moved WHERE email_id = $1`,
          [ids[index], ago],
        );
      }
      return ids;
    };
    const statuses = async (ids: string[]) => {
      const views = await Promise.all(ids.map((id) => outbox.view(id)));
      return views.map((view) => view.status);
    };

    it('sends the first two and blocks the third, and says why', async () => {
      const [first, second, third] = await acceptedAgo(3, 2, 1);
      for (const id of [first, second]) expect(await outbox.run(id!)).toMatchObject({ status: 'sent' });
      expect(await outbox.run(third!)).toEqual({
        status: 'blocked',
        reason: 'a@example.com: more than 2 messages within 10m',
      });
    });

    it('counts a recipient however it is written and wherever it stands', async () => {
      await outbox.run(await outbox.accept({ to: 'A@EXAMPLE.com' }));
      await outbox.run(await outbox.accept({ to: 'b@example.com', bcc: 'Ann <a@example.com>' }));
      expect(await outbox.run(await outbox.accept())).toMatchObject({ status: 'blocked' });
    });

    it('goes by when messages were accepted, not by when they are sent', async () => {
      const ids = await acceptedAgo(60, 49, 38, 27, 16, 5);
      for (const id of ids) await outbox.run(id);
      expect(await statuses(ids)).toEqual(ids.map(() => 'sent'));
    });

    it.each([
      ['in order', [0, 1, 2, 3, 4, 5]],
      ['backwards', [5, 4, 3, 2, 1, 0]],
      ['from the middle', [3, 5, 0, 4, 2, 1]],
    ])('gives a backlog the same verdicts when it is sent %s', async (_how, order) => {
      const ids = await acceptedAgo(20, 19, 18, 11, 9.5, 1);
      for (const index of order) await outbox.run(ids[index]!);
      expect(await statuses(ids)).toEqual(['sent', 'sent', 'blocked', 'blocked', 'sent', 'sent']);
    });

    it('gives them the same verdicts when all are sent at once', async () => {
      const ids = await acceptedAgo(20, 19, 18, 11, 9.5, 1);
      await Promise.all(ids.map((id) => outbox.run(id)));
      expect(await statuses(ids)).toEqual(['sent', 'sent', 'blocked', 'blocked', 'sent', 'sent']);
    });

    it('tells messages of the same moment apart', async () => {
      const ids = await acceptedAgo(1, 1, 1, 1);
      for (const id of ids.toReversed()) await outbox.run(id);
      expect(await statuses(ids)).toEqual(['sent', 'sent', 'blocked', 'blocked']);
    });

    it('does not count a message that the lists blocked', async () => {
      await outbox.lists.deny('a@example.com');
      for (let count = 0; count < 3; count++) await outbox.run(await outbox.accept());
      await outbox.lists.remove('a@example.com');
      expect(await outbox.run(await outbox.accept())).toMatchObject({ status: 'sent' });
    });

    it('decides the messages before it, and keeps the verdicts', async () => {
      const [first, second, third] = await acceptedAgo(3, 2, 1);
      expect(await outbox.run(third!)).toMatchObject({ status: 'blocked' });
      const rows = await outbox.db.query(
        `SELECT cleared, verdict FROM email_recipient ORDER BY created_on, id`,
      );
      expect(rows).toEqual([
        { cleared: true, verdict: null },
        { cleared: true, verdict: null },
        { cleared: false, verdict: 'blocked' },
      ]);
      for (const id of [first, second]) expect(await outbox.run(id!)).toMatchObject({ status: 'sent' });
    });

    it('does not hold for classes that say so, which count for the others all the same', async () => {
      for (let count = 0; count < 3; count++)
        expect(await outbox.run(await outbox.accept({ messageClass: 'reset' }))).toMatchObject({
          status: 'sent',
        });
      expect(await outbox.run(await outbox.accept())).toMatchObject({ status: 'blocked' });
      await outbox.lists.deny('a@example.com');
      expect(await outbox.run(await outbox.accept({ messageClass: 'reset' }))).toMatchObject({
        status: 'blocked',
      });
      expect(await outbox.run(await outbox.accept({ messageClass: 'alarm' }))).toMatchObject({
        status: 'sent',
      });
    });

    it('does not hold for an allowed address or domain', async () => {
      await outbox.lists.allow('@example.com');
      for (let count = 0; count < 4; count++) {
        expect(await outbox.run(await outbox.accept())).toMatchObject({ status: 'sent' });
      }
    });

    it('blocks one recipient of a message and not the others', async () => {
      await outbox.run(await outbox.accept());
      await outbox.run(await outbox.accept());
      const id = await outbox.accept({ to: ['a@example.com', 'b@example.com'] });
      expect(await outbox.run(id)).toEqual({
        status: 'sent',
        reason: 'not to a@example.com: more than 2 messages within 10m',
      });
      expect((await outbox.view(id)).recipients).toMatchObject([
        { verdict: 'blocked' },
        { verdict: 'accepted' },
      ]);
    });
  });

  describe('by several limits', () => {
    const strict = new Outbox();
    beforeAll(() =>
      strict.start({
        perRecipient: ['2/10m', '3/1h'],
        messageClasses: { reset: { blockCheck: 'lists' } },
      }),
    );
    afterAll(() => strict.stop());

    /** In minutes; the rule in its plainest form. */
    const reference = (messages: readonly { at: number; exempt: boolean }[]): string[] => {
      const sent: number[] = [];
      return messages.map(({ at, exempt }) => {
        const within = (window: number) => sent.filter((earlier) => earlier > at - window).length;
        if (!exempt && (within(10) >= 2 || within(60) >= 3)) return 'blocked';
        sent.push(at);
        return 'sent';
      });
    };

    it('names the one that is reached', async () => {
      const ids: string[] = [];
      for (let count = 0; count < 4; count++) ids.push(await strict.accept());
      await strict.db.query(
        `UPDATE email_recipient r SET created_on = r.created_on - (4 - n) * interval '12 minutes'
         FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM email_recipient) AS o WHERE o.id = r.id`,
      );
      for (const id of ids.slice(0, 3)) expect(await strict.run(id)).toMatchObject({ status: 'sent' });
      expect(await strict.run(ids[3]!)).toEqual({
        status: 'blocked',
        reason: 'a@example.com: more than 3 messages within 1h',
      });
    });

    it('gives any backlog the verdicts of the plain rule, in any order and several at a time', async () => {
      const message = fc.record({ at: fc.integer({ min: 0, max: 120 }), exempt: fc.boolean() });
      const backlog = fc
        .array(message, { minLength: 2, maxLength: 12 })
        .map((list) => list.toSorted((a, b) => a.at - b.at))
        .chain((list) =>
          fc.tuple(
            fc.constant(list),
            fc.shuffledSubarray([...list.keys()], { minLength: list.length }),
            fc.integer({ min: 1, max: 4 }),
          ),
        );
      await fc.assert(
        fc.asyncProperty(backlog, async ([messages, order, atOnce]) => {
          await strict.reset();
          const ids: string[] = [];
          for (const { exempt } of messages)
            ids.push(await strict.accept(exempt ? { messageClass: 'reset' } : {}));
          await strict.db.query(
            `UPDATE email_recipient r
             SET created_on = timestamptz '2026-01-01' + m.at * interval '1 minute'
             FROM unnest($1::uuid[], $2::integer[]) AS m(id, at) WHERE r.email_id = m.id`,
            [ids, messages.map(({ at }) => at)],
          );
          for (let next = 0; next < order.length; next += atOnce)
            await Promise.all(order.slice(next, next + atOnce).map((index) => strict.run(ids[index]!)));
          const views = await Promise.all(ids.map((id) => strict.view(id)));
          expect(views.map(({ status }) => status)).toEqual(reference(messages));
        }),
        { numRuns: process.env['CELERIAC_LONG'] ? 200 : 25 },
      );
    }, 300_000);
  });
});
