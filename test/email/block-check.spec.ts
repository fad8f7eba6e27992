import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidBlockPatternError } from '../../src/email/index.js';
import { Outbox } from './support/outbox.js';

describe('the block check', () => {
  const outbox = new Outbox();
  beforeAll(() => outbox.start({ perRecipient: '2/10m' }));
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());

  describe('by the lists', () => {
    it('blocks a denied address, and says why', async () => {
      await outbox.lists.deny('A@example.com', 'bounced');
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
      await outbox.lists.deny('@Example.com', 'complaint');
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
});
