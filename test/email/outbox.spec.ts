import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  EmailNotFoundError,
  EmailStatusError,
  type EmailSummary,
  InvalidEmailQueryError,
} from '../../src/email/index.js';
import { Outbox } from './support/outbox.js';

const REFUSED = { mailFrom: { code: 550, text: 'no' } };

describe('the outbox', () => {
  const outbox = new Outbox();
  beforeAll(() => outbox.start());
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());

  describe('is read', () => {
    it('by id; an id that is none, or of none, has no message', async () => {
      const id = await outbox.accept();
      expect(await outbox.service.get(id)).toMatchObject({ id });
      expect(await outbox.service.get(randomUUID())).toBeNull();
      expect(await outbox.service.get(`1' OR '1'='1`)).toBeNull();
    });

    it('by page, newest first, each message once', async () => {
      const ids: string[] = [];
      for (let index = 0; index < 7; index++)
        ids.push(await outbox.accept({ cc: ['b@example.com', 'c@example.com'] }));
      const seen: EmailSummary[] = [];
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await outbox.service.list({ limit: 3, ...(cursor && { cursor }) });
        expect(page.items.length).toBeLessThanOrEqual(3);
        seen.push(...page.items);
        cursor = page.cursor;
      }
      expect(seen.map((email) => email.id)).toEqual(ids.toReversed());
      expect(seen.map((email) => email.recipients.length)).toEqual(ids.map(() => 3));
    });

    it('by status and by recipient, with all recipients of what is found', async () => {
      const sent = await outbox.accept({ to: 'x@example.com', bcc: 'b@example.com' });
      await outbox.run(sent);
      const pending = await outbox.accept({ to: 'b@example.com' });
      const ids = async (query: object) => (await outbox.service.list(query)).items.map((email) => email.id);
      expect(await ids({ status: 'sent' })).toEqual([sent]);
      expect(await ids({ to: 'B@example.com' })).toEqual([pending, sent]);
      expect(await ids({ to: 'b@example.com', status: 'pending' })).toEqual([pending]);
      expect(await ids({ to: 'nobody@example.com' })).toEqual([]);
      const [found] = (await outbox.service.list({ to: 'x@example.com' })).items;
      expect(found?.recipients).toHaveLength(2);
    });

    it('never with a filter that means nothing', async () => {
      await expect(outbox.service.list({ cursor: 'x' })).rejects.toThrow(InvalidEmailQueryError);
    });
  });

  describe('sends again', () => {
    const failed = async (): Promise<string> => {
      const id = await outbox.accept();
      outbox.peer.script = REFUSED;
      await outbox.run(id);
      outbox.peer.script = {};
      return id;
    };

    it('a failed message, as a new call under the same Message-ID', async () => {
      const id = await failed();
      const view = await outbox.service.resend(id);
      expect(view).toMatchObject({
        status: 'pending',
        reason: 'waiting for a worker',
        generation: 1,
        events: [{ kind: 'accepted' }, { kind: 'claimed' }, { kind: 'failed' }, { kind: 'resent' }],
      });
      expect(await outbox.callIds()).toEqual([0, 1].map((generation) => `email.mail-${id}-${generation}`));
      const [row] = await outbox.db.query('SELECT call_id FROM email_message');
      expect(row.call_id).toBe(`email.mail-${id}-1`);
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      expect(outbox.peer.received[0]?.raw).toContain(view.messageId);
    });

    it('also to recipients that were refused, but not to blocked ones', async () => {
      await outbox.lists.deny('b@example.com');
      const id = await outbox.accept({ to: ['a@example.com', 'b@example.com'] });
      outbox.peer.script = { rcptTo: () => ({ code: 550, text: 'no' }) };
      await outbox.run(id);
      outbox.peer.script = {};
      await outbox.lists.remove('b@example.com');
      await outbox.service.resend(id);
      await outbox.run(id);
      expect(outbox.peer.received).toMatchObject([{ to: ['a@example.com'] }]);
    });

    it('no message whose task cannot be called: it stays failed', async () => {
      const id = await failed();
      const within = vi.spyOn(outbox.enqueuer, 'within');
      within.mockReturnValue(() => Promise.reject(new Error('no call')));
      await expect(outbox.service.resend(id)).rejects.toThrow('no call');
      within.mockRestore();
      expect(await outbox.view(id)).toMatchObject({ status: 'failed', generation: 0 });
      expect(await outbox.calls()).toHaveLength(1);
    });

    it('once, when it is asked twice at the same time', async () => {
      const id = await failed();
      const answers = await Promise.allSettled([outbox.service.resend(id), outbox.service.resend(id)]);
      expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
      expect(await outbox.view(id)).toMatchObject({ generation: 1 });
      expect(await outbox.calls()).toHaveLength(2);
    });

    it('nothing that is pending, sent or blocked', async () => {
      const pending = await outbox.accept();
      await expect(outbox.service.resend(pending)).rejects.toThrow(EmailStatusError);
      await outbox.run(pending);
      await expect(outbox.service.resend(pending)).rejects.toThrow(
        /is sent, and resend\(\) needs one that is failed/,
      );
      await outbox.lists.deny('b@example.com');
      const blocked = await outbox.accept({ to: 'b@example.com' });
      await outbox.run(blocked);
      await expect(outbox.service.resend(blocked)).rejects.toThrow(
        /allow the address and send a new message/,
      );
    });

    it('nothing that is not there', async () => {
      await expect(outbox.service.resend(randomUUID())).rejects.toThrow(EmailNotFoundError);
    });
  });
});
