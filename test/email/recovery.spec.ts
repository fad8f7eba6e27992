import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EmailNotFoundError, EmailStatusError } from '../../src/email/index.js';
import { Ignore, Retry } from '../../src/tasks/index.js';
import { Gate } from './support/gate.js';
import { Outbox } from './support/outbox.js';

const LEASE = 200;

describe.each(['redis', 'postgres'] as const)('the recovery of messages, with tasks on %s', (broker) => {
  const outbox = new Outbox();
  beforeAll(() =>
    outbox.start(
      {
        claimLease: `${LEASE}ms`,
        sweepInterval: '100ms',
        messageClasses: { urgent: { onUnknown: 'resend' } },
      },
      broker === 'redis' ? process.env['REDIS_URL'] : undefined,
    ),
  );
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());

  const kinds = async (id: string) => (await outbox.view(id)).events.map(({ kind }) => kind);
  /** What the broker was told is there, and the time is past in which it should have been done. */
  const overdue = async () => {
    await outbox.published();
    await outbox.db.query(`UPDATE email_message SET created_on = created_on - interval '1 hour',
      enqueued_at = enqueued_at - interval '1 hour', next_attempt_on = next_attempt_on - interval '1 hour',
      claimed_until = claimed_until - interval '1 hour'`);
  };
  const unknown = async (input = {}) => {
    const id = await outbox.accept(input);
    const claim = await outbox.claims.claim(id);
    if (claim.kind !== 'claimed') throw new Error(`it is ${claim.kind}`);
    await outbox.claims.handOver(claim.email, 'default');
    await outbox.claims.settle(claim.email, { status: 'unknown', reason: 'no answer', verdicts: [] });
    return id;
  };
  const givenUp = async () => {
    const id = await outbox.accept();
    outbox.peer.script = { mailFrom: { code: 451, text: 'later' } };
    await outbox.runInVain(id, { retries: 5 });
    outbox.peer.script = {};
    return id;
  };

  describe('of calls', () => {
    it('makes one anew that the broker has lost', async () => {
      const id = await outbox.accept();
      await overdue();
      await outbox.forgetCalls();
      expect(await outbox.sweep.sweep()).toMatchObject({ mended: 1 });
      expect(await outbox.callIds()).toEqual([`email.mail-${id}-1`]);
      expect(await kinds(id)).toEqual(['accepted', 'recalled']);
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
    });

    it('makes all of them anew, once, however many look', async () => {
      const ids = await Promise.all(Array.from({ length: 250 }, () => outbox.accept()));
      await overdue();
      await outbox.forgetCalls();
      const found = await Promise.all([outbox.sweep.sweep(), outbox.sweep.sweep(), outbox.sweep.sweep()]);
      // The three share a cursor: what one has not come to, its next turn does.
      found.push(await outbox.sweep.sweep(), await outbox.sweep.sweep());
      expect(found.reduce((sum, { mended }) => sum + mended, 0)).toBe(250);
      expect(await outbox.callIds()).toEqual(ids.map((id) => `email.mail-${id}-1`).toSorted());
    });

    it('leaves those alone that wait their turn, and those not yet due', async () => {
      await outbox.accept();
      await outbox.accept({ sendAt: new Date(Date.now() + 86_400_000) });
      await overdue();
      expect(await outbox.sweep.sweep()).toMatchObject({ mended: 0 });
      await outbox.forgetCalls();
      expect(await outbox.sweep.sweep()).toMatchObject({ mended: 1 });
    });

    it('waits for a deferred message until it is due', async () => {
      const id = await outbox.accept();
      outbox.peer.script = { mailFrom: { code: 450, text: 'try again in 2 hours' } };
      await outbox.runInVain(id);
      await outbox.published();
      await outbox.forgetCalls();
      await overdue();
      expect(await outbox.sweep.sweep()).toMatchObject({ mended: 0 });
      await overdue();
      await overdue();
      expect(await outbox.sweep.sweep()).toMatchObject({ mended: 1 });
    });

    it('leaves a message with its worker while that lives', async () => {
      const id = await outbox.accept();
      await outbox.published();
      await outbox.forgetCalls();
      const reached = new Gate();
      const go = new Gate();
      outbox.peer.script = {
        rcptTo: async () => {
          reached.open();
          await go.opened;
          return undefined;
        },
      };
      const run = outbox.run(id);
      await reached.opened;
      await outbox.db.query(`UPDATE email_message SET enqueued_at = enqueued_at - interval '1 hour'`);
      await new Promise((resolve) => setTimeout(resolve, 3 * LEASE));
      expect(await outbox.sweep.sweep()).toMatchObject({ mended: 0 });
      go.open();
      expect(await run).toMatchObject({ status: 'sent' });
    });

    it('cancels a message whose call was revoked', async () => {
      const id = await outbox.accept();
      await overdue();
      await outbox.result(`email.mail-${id}-0`).revoke();
      expect(await outbox.sweep.sweep()).toMatchObject({ mended: 1 });
      expect(await outbox.view(id)).toMatchObject({ status: 'cancelled', reason: 'its call was revoked' });
    });
  });

  describe('of workers', () => {
    it('leaves a message unknown that was handed over, and calls no task', async () => {
      const id = await outbox.accept();
      const claim = await outbox.claims.claim(id);
      if (claim.kind === 'claimed') await outbox.claims.handOver(claim.email, 'default');
      await overdue();
      await outbox.forgetCalls();
      expect(await outbox.sweep.sweep()).toEqual({ called: 0, lost: 1, mended: 0 });
      expect(await outbox.view(id)).toMatchObject({ status: 'unknown' });
      expect(await outbox.calls()).toEqual([]);
    });

    it('has it sent again if its class says so, with a call of its own', async () => {
      const id = await outbox.accept({ messageClass: 'urgent' });
      const claim = await outbox.claims.claim(id);
      if (claim.kind === 'claimed') await outbox.claims.handOver(claim.email, 'default');
      await overdue();
      await outbox.forgetCalls();
      expect(await outbox.sweep.sweep()).toEqual({ called: 0, lost: 1, mended: 1 });
      expect(await outbox.callIds()).toEqual([`email.mail-${id}-1`]);
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
    });

    it('calls a message again that was claimed, and whose call is gone', async () => {
      const id = await outbox.accept();
      await outbox.claims.claim(id);
      await overdue();
      await outbox.forgetCalls();
      expect(await outbox.sweep.sweep()).toMatchObject({ mended: 1 });
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
    });
  });

  describe('by people', () => {
    it('resolves an unknown message as sent', async () => {
      const id = await unknown({ to: ['a@example.com', 'b@example.com'] });
      expect(await outbox.service.resolve(id, 'sent')).toMatchObject({
        status: 'sent',
        emailHasBeenSent: true,
        recipients: [{ verdict: 'accepted' }, { verdict: 'accepted' }],
      });
      expect(await kinds(id)).toEqual(['accepted', 'claimed', 'handed_over', 'unknown', 'resolved']);
      expect(await outbox.runInVain(id)).toBeInstanceOf(Ignore);
    });

    it('resolves it by sending it again, with the same Message-ID', async () => {
      const id = await unknown();
      expect(await outbox.service.resolve(id, 'resend')).toMatchObject({ status: 'pending', generation: 1 });
      expect(await outbox.callIds()).toContain(`email.mail-${id}-1`);
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      expect(outbox.peer.received[0]?.raw).toContain((await outbox.view(id)).messageId);
    });

    it('resolves nothing else, and nothing twice', async () => {
      const pending = await outbox.accept();
      await expect(outbox.service.resolve(pending, 'sent')).rejects.toThrow(EmailStatusError);
      await expect(outbox.service.resolve(randomUUID(), 'sent')).rejects.toThrow(EmailNotFoundError);
      const id = await unknown();
      const both = await Promise.allSettled([
        outbox.service.resolve(id, 'sent'),
        outbox.service.resolve(id, 'resend'),
      ]);
      expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('cancels a message before it is sent', async () => {
      const id = await outbox.accept();
      await outbox.published();
      expect(await outbox.service.cancel(id)).toMatchObject({ status: 'cancelled', reason: 'cancelled' });
      expect(await outbox.runInVain(id)).toBeInstanceOf(Ignore);
      expect(outbox.peer.received).toEqual([]);
      await expect(outbox.service.cancel(id)).rejects.toThrow(/is cancelled, and cancel\(\) needs/);
    });

    it('cancels it even while a worker talks to the SMTP server, up to the hand-over', async () => {
      const id = await outbox.accept();
      outbox.peer.script = {
        rcptTo: async () => {
          await outbox.service.cancel(id);
          return undefined;
        },
      };
      expect(await outbox.runInVain(id)).toBeInstanceOf(Ignore);
      expect(outbox.peer.received).toEqual([]);
      expect((await outbox.view(id)).status).toBe('cancelled');
    });

    it('does not cancel it from there on', async () => {
      const id = await outbox.accept();
      let refusal: unknown;
      outbox.peer.script = {
        finalDot: async () => {
          refusal = await outbox.service.cancel(id).catch((error: unknown) => error);
          return undefined;
        },
      };
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      expect(refusal).toBeInstanceOf(EmailStatusError);
    });

    it('cancels it for those that have not got it: the others have', async () => {
      const id = await outbox.accept({ to: ['a@example.com', 'b@example.com'] });
      outbox.peer.script = {
        rcptTo: (address) => (address.startsWith('b') ? { code: 450, text: 'busy' } : undefined),
      };
      expect(await outbox.runInVain(id)).toBeInstanceOf(Retry);
      expect(await outbox.service.cancel(id)).toMatchObject({
        status: 'sent',
        reason: 'not to all: cancelled',
      });
    });

    it('sends all again that was given up or waits, but nothing that was refused, blocked or sent', async () => {
      const sent = await outbox.accept();
      await outbox.run(sent);
      const given = await givenUp();
      const refused = await outbox.accept();
      outbox.peer.script = { mailFrom: { code: 550, text: 'never' } };
      await outbox.run(refused);
      outbox.peer.script = { mailFrom: { code: 450, text: 'try again in 2 hours' } };
      const waiting = await outbox.accept();
      await outbox.runInVain(waiting);
      outbox.peer.script = {};
      await outbox.lists.deny('x@example.com');
      const blocked = await outbox.accept({ to: 'x@example.com' });
      await outbox.run(blocked);
      const open = await unknown();

      expect(await outbox.service.resendUnsent()).toEqual({ failed: 1, deferred: 1 });
      for (const id of [given, waiting]) expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      for (const id of [sent, refused, blocked, open])
        expect(await outbox.runInVain(id)).toBeInstanceOf(Ignore);
      expect(await outbox.service.resendUnsent({ includeUnknown: true })).toEqual({ unknown: 1 });
      expect(await outbox.run(open)).toMatchObject({ status: 'sent' });
      expect(await outbox.service.resendUnsent({ includeUnknown: true })).toEqual({});
    });
  });
});
