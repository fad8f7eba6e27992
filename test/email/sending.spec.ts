import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Ignore, Retry, ShuttingDown, Snooze, SoftTimeLimitExceeded } from '../../src/tasks/index.js';
import { Gate } from './support/gate.js';
import { Outbox } from './support/outbox.js';
import { SmtpPeer } from './support/smtp-peer.js';

const UNAVAILABLE = { code: 451, text: 'try later' };

describe('sending a message', () => {
  const outbox = new Outbox();
  beforeAll(() => outbox.start({ claimLease: '5m' }));
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());

  it('hands it to the SMTP server and writes down the answer', async () => {
    const id = await outbox.accept({ to: ['a@example.com', 'Bea <b@example.com>'], bcc: 'c@example.com' });
    expect(await outbox.run(id)).toEqual({ status: 'sent', reason: null });
    expect(outbox.peer.received).toMatchObject([
      { from: 'app@example.com', to: ['a@example.com', 'b@example.com', 'c@example.com'] },
    ]);
    expect(await outbox.view(id)).toMatchObject({
      status: 'sent',
      reason: null,
      emailHasBeenSent: true,
      sentOn: expect.any(Date),
      attempts: 1,
      smtpResponse: expect.stringMatching(/^250 /),
      recipients: [{ verdict: 'accepted' }, { verdict: 'accepted' }, { verdict: 'accepted' }],
      events: [
        { kind: 'accepted' },
        { kind: 'claimed' },
        { kind: 'handed_over', detail: 'default' },
        { kind: 'sent', detail: expect.stringMatching(/^250 /) },
      ],
    });
  });

  it('gives it the Message-ID and the Date it was accepted with, and hides its bcc', async () => {
    const id = await outbox.accept({ bcc: 'secret@example.com' });
    await outbox.run(id);
    const raw = outbox.peer.received[0]?.raw ?? '';
    const mail = await PostalMime.parse(raw);
    const { createdOn, messageId } = await outbox.view(id);
    expect(mail.messageId).toBe(messageId);
    expect(Math.abs(new Date(mail.date ?? 0).getTime() - createdOn.getTime())).toBeLessThan(1_001);
    expect(raw).not.toContain('secret');
  });

  describe('happens once', () => {
    it('when the task runs a second time', async () => {
      const id = await outbox.accept();
      await outbox.run(id);
      const second = await outbox.runInVain(id);
      expect(second).toBeInstanceOf(Ignore);
      expect(second.message).toContain('is sent already');
      expect(outbox.peer.received).toHaveLength(1);
      expect((await outbox.view(id)).attempts).toBe(1);
    });

    it('when two workers run the task at the same time', async () => {
      const id = await outbox.accept();
      const release = hold('finalDot');
      const first = outbox.run(id);
      await release.reached;
      const second = await outbox.runInVain(id);
      expect(second).toBeInstanceOf(Snooze);
      expect((second as Snooze).delay).toBe(30_000);
      expect(await outbox.view(id)).toMatchObject({ status: 'handed_over', emailHasBeenSent: false });
      release.go();
      await first;
      expect(outbox.peer.received).toHaveLength(1);
    });

    it('when ten run it at the same moment', async () => {
      const id = await outbox.accept();
      const runs = await Promise.allSettled(Array.from({ length: 10 }, () => outbox.run(id)));
      expect(runs.filter((run) => run.status === 'fulfilled')).toHaveLength(1);
      expect(outbox.peer.received).toHaveLength(1);
    });
  });

  it('does nothing for a message that is not there', async () => {
    expect(await outbox.runInVain(randomUUID())).toBeInstanceOf(Ignore);
  });

  it('ends expired after expiresAt', async () => {
    const id = await outbox.accept({ expiresAt: new Date('2020-01-01T00:00:00Z') });
    expect(await outbox.run(id)).toEqual({
      status: 'expired',
      reason: 'not sent before 2020-01-01T00:00:00.000Z',
    });
    expect(outbox.peer.received).toEqual([]);
    expect(await outbox.view(id)).toMatchObject({
      status: 'expired',
      emailHasBeenSent: false,
      events: [{ kind: 'accepted' }, { kind: 'claimed' }, { kind: 'expired' }],
    });
  });

  describe('refused for good', () => {
    it.each([
      ['at MAIL', { mailFrom: { code: 550, text: 'no such sender' } }, '550 no such sender'],
      ['at RCPT', { rcptTo: () => ({ code: 550, text: 'no such user' }) }, 'a@example.com: 550 no such user'],
      ['after the final dot', { finalDot: async () => ({ code: 554, text: 'spam' }) }, '554 spam'],
    ])('%s it fails with the words of the server and is not tried again', async (_when, script, words) => {
      const id = await outbox.accept();
      outbox.peer.script = script;
      expect(await outbox.run(id)).toEqual({
        status: 'failed',
        reason: `refused by the SMTP server: ${words}`,
      });
      expect(await outbox.view(id)).toMatchObject({ status: 'failed', emailHasBeenSent: false });
      expect(await outbox.runInVain(id)).toBeInstanceOf(Ignore);
    });

    it('by some of its recipients, it is sent to the others', async () => {
      const id = await outbox.accept({ to: ['a@example.com', 'b@example.com'] });
      outbox.peer.script = { rcptTo: rcpt({ 'b@example.com': { code: 550, text: '5.1.1 unknown' } }) };
      expect(await outbox.run(id)).toEqual({
        status: 'sent',
        reason: 'not to b@example.com: 550 5.1.1 unknown',
      });
      expect((await outbox.view(id)).recipients).toMatchObject([
        { verdict: 'accepted' },
        { verdict: 'refused', smtpCode: 550, detail: '550 5.1.1 unknown' },
      ]);
      expect(outbox.peer.received).toMatchObject([{ to: ['a@example.com'] }]);
    });
  });

  describe('put off', () => {
    it('waits for its next attempt and says why and when', async () => {
      const id = await outbox.accept();
      outbox.peer.script = { finalDot: async () => UNAVAILABLE };
      const retry = await outbox.runInVain(id, { retries: 1 });
      expect(retry).toBeInstanceOf(Retry);
      const view = await outbox.view(id);
      expect(view).toMatchObject({
        status: 'deferred',
        reason: 'refused by the SMTP server: 451 try later',
        nextAttemptOn: expect.any(Date),
        events: [{ kind: 'accepted' }, { kind: 'claimed' }, { kind: 'handed_over' }, { kind: 'deferred' }],
      });
      const { delay } = retry as Retry;
      expect(delay).toBeGreaterThanOrEqual(2_000);
      expect(delay).toBeLessThanOrEqual(4_000);

      outbox.peer.script = {};
      expect(await outbox.run(id, { retries: 2 })).toMatchObject({ status: 'sent' });
      expect(await outbox.view(id)).toMatchObject({
        status: 'sent',
        reason: null,
        attempts: 2,
        nextAttemptOn: null,
      });
    });

    it('fails with the reason of the last attempt when no retry is left', async () => {
      const id = await outbox.accept();
      outbox.peer.script = { finalDot: async () => UNAVAILABLE };
      await outbox.runInVain(id, { retries: 4 });
      expect((await outbox.view(id)).status).toBe('deferred');
      const last = await outbox.runInVain(id, { retries: 5 });
      expect(last).toBeInstanceOf(Retry);
      expect(await outbox.view(id)).toMatchObject({
        status: 'failed',
        reason: 'given up after 6 attempts: refused by the SMTP server: 451 try later',
        nextAttemptOn: null,
      });
    });

    it('for some, with the others refused for good, it is tried again for those alone', async () => {
      const id = await outbox.accept({ to: ['a@example.com', 'b@example.com'] });
      outbox.peer.script = {
        rcptTo: (address) =>
          address.startsWith('a') ? { code: 550, text: 'unknown' } : { code: 450, text: 'busy' },
      };
      await outbox.runInVain(id);
      outbox.peer.script = {};
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      expect(outbox.peer.received).toMatchObject([{ to: ['b@example.com'] }]);
    });

    it('for some, with the others accepted, it is never sent to those again', async () => {
      const id = await outbox.accept({ to: ['a@example.com', 'b@example.com'], bcc: 'c@example.com' });
      outbox.peer.script = { rcptTo: rcpt({ 'b@example.com': { code: 450, text: 'busy' } }) };
      const retry = (await outbox.runInVain(id)) as Retry;
      expect(retry).toBeInstanceOf(Retry);
      expect(retry.delay).toBeGreaterThanOrEqual(300_000);
      expect(await outbox.view(id)).toMatchObject({
        status: 'deferred',
        emailHasBeenSent: false,
        reason: '2 of 3 recipients have it; 450 busy',
        recipients: [
          { verdict: 'accepted' },
          { verdict: 'deferred', smtpCode: 450 },
          { verdict: 'accepted' },
        ],
      });
      outbox.peer.script = {};
      expect(await outbox.run(id, { retries: 1 })).toEqual({ status: 'sent', reason: null });
      expect(outbox.peer.received.map(({ to }) => to)).toEqual([
        ['a@example.com', 'c@example.com'],
        ['b@example.com'],
      ]);
      expect((await outbox.view(id)).recipients.map(({ verdict }) => verdict)).toEqual(
        Array.from({ length: 3 }, () => 'accepted'),
      );
    });

    it('for some until no retry is left, it is sent to the others', async () => {
      const id = await outbox.accept({ to: ['a@example.com', 'b@example.com'] });
      outbox.peer.script = { rcptTo: rcpt({ 'b@example.com': { code: 450, text: 'busy' } }) };
      await outbox.runInVain(id);
      expect(await outbox.run(id, { retries: 5 })).toEqual({
        status: 'sent',
        reason: 'not to b@example.com: 450 busy',
      });
      expect(await outbox.view(id)).toMatchObject({
        emailHasBeenSent: true,
        smtpResponse: expect.stringMatching(/^250 /),
        recipients: [{ verdict: 'accepted' }, { verdict: 'refused', smtpCode: 450 }],
      });
      expect(outbox.peer.received).toHaveLength(1);
    });

    it('waits as long as the server asks it to', async () => {
      const id = await outbox.accept();
      outbox.peer.script = { mailFrom: { code: 451, text: 'try again in 300 seconds' } };
      const { delay } = (await outbox.runInVain(id)) as Retry;
      expect(delay).toBeGreaterThanOrEqual(300_000);
      expect(delay).toBeLessThanOrEqual(331_000);
    });

    it('by a server that is down, it is sent when that is back', async () => {
      const id = await outbox.accept();
      await outbox.peer.stop();
      expect(await outbox.runInVain(id)).toBeInstanceOf(Retry);
      expect(await outbox.view(id)).toMatchObject({
        status: 'deferred',
        reason: expect.stringContaining('ECONNREFUSED'),
      });
      await outbox.peer.start();
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
    });
  });

  describe('broken off', () => {
    it('by a shutdown before the server has the content, it is let go of at once and sent by the next worker', async () => {
      const id = await outbox.accept();
      const release = hold('rcptTo');
      const controller = new AbortController();
      const run = outbox.runInVain(id, { signal: controller.signal });
      await release.reached;
      expect(await outbox.view(id)).toMatchObject({ status: 'claimed', reason: 'a worker is sending it' });
      controller.abort(new ShuttingDown());
      expect(await run).toBeInstanceOf(ShuttingDown);
      release.go();
      expect(await outbox.view(id)).toMatchObject({
        status: 'pending',
        reason: expect.stringContaining('interrupted: The worker is shutting down'),
        events: [{ kind: 'accepted' }, { kind: 'claimed' }, { kind: 'interrupted' }],
      });
      outbox.peer.script = {};
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      expect(outbox.peer.received).toHaveLength(1);
    });

    it('by its time limit, it counts as an attempt', async () => {
      const id = await outbox.accept();
      const signal = AbortSignal.abort(new SoftTimeLimitExceeded('email.send', '11m'));
      expect(await outbox.runInVain(id, { signal })).toBeInstanceOf(Retry);
      expect(await outbox.view(id)).toMatchObject({
        status: 'deferred',
        reason: '"email.send" ran longer than its soft time limit of 11m.',
      });
    });

    it('by the death of its worker, it waits for the end of the claim and is then sent', async () => {
      const id = await outbox.accept();
      await outbox.db.query(
        `UPDATE email_message
         SET status = 'claimed', claim_token = $2, claimed_until = clock_timestamp() + interval '10 seconds'
         WHERE id = $1`,
        [id, randomUUID()],
      );
      const snooze = (await outbox.runInVain(id)) as Snooze;
      expect(snooze).toBeInstanceOf(Snooze);
      expect(snooze.delay).toBeGreaterThan(8_000);
      expect(snooze.delay).toBeLessThanOrEqual(10_100);
      await outbox.db.query(`UPDATE email_message SET claimed_until = clock_timestamp() WHERE id = $1`, [id]);
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
    });
  });

  describe('with a claim that ran out meanwhile', () => {
    const takeOver = (id: string) =>
      outbox.db.query('UPDATE email_message SET claim_token = $2 WHERE id = $1', [id, randomUUID()]);

    it('still says that it was sent: that is true whoever holds the message', async () => {
      const id = await outbox.accept();
      const release = hold('finalDot');
      const run = outbox.run(id);
      await release.reached;
      await takeOver(id);
      release.go();
      expect(await run).toMatchObject({ status: 'sent' });
      expect(await outbox.view(id)).toMatchObject({ status: 'sent', emailHasBeenSent: true });
    });

    it('leaves every other outcome to the run that took over', async () => {
      const id = await outbox.accept();
      const release = hold('finalDot', { code: 554, text: 'spam' });
      const run = outbox.runInVain(id);
      await release.reached;
      await takeOver(id);
      release.go();
      expect(await run).toBeInstanceOf(Ignore);
      expect(await outbox.view(id)).toMatchObject({ status: 'handed_over' });
    });
  });

  it('is written down once when the answer to the write was lost and the write is repeated', async () => {
    const claim = await outbox.claims.claim(await outbox.accept());
    if (claim.kind !== 'claimed') throw new Error(`it is ${claim.kind}`);
    const outcome = { status: 'deferred', reason: 'later', delay: 1_000, verdicts: [] } as const;
    expect(await outbox.claims.settle(claim.email, outcome)).toBe(true);
    expect(await outbox.claims.settle(claim.email, outcome)).toBe(true);
    expect((await outbox.view(claim.email.id)).events.map(({ kind }) => kind)).toEqual([
      'accepted',
      'claimed',
      'deferred',
    ]);
  });

  it('is put off, not failed, when the server refuses the login', async () => {
    const peer = new SmtpPeer({});
    peer.script = { auth: { code: 535, text: 'wrong password' } };
    await peer.start();
    const guarded = await new Outbox().start({ transport: `smtp://user:secret@127.0.0.1:${peer.port}` });
    try {
      const id = await guarded.accept();
      expect(await guarded.runInVain(id)).toBeInstanceOf(Retry);
      const { status, reason } = await guarded.view(id);
      expect(status).toBe('deferred');
      expect(reason).toMatch(/^the SMTP server refused the login: 535 /);
      expect(reason).not.toContain('secret');
      peer.script = {};
      expect(await guarded.run(id)).toMatchObject({ status: 'sent' });
    } finally {
      await guarded.stop();
      await peer.stop();
    }
  });

  const rcpt =
    (replies: Record<string, { code: number; text: string }>) =>
    (address: string): { code: number; text: string } | undefined =>
      replies[address];

  /** Holds the server's answer back until the test says go. */
  function hold(where: 'rcptTo' | 'finalDot', reply?: { code: number; text: string }) {
    const reached = new Gate();
    const go = new Gate();
    outbox.peer.script = {
      [where]: async () => {
        reached.open();
        await go.opened;
        return reply;
      },
    };
    return { reached: reached.opened, go: go.open };
  }
});
