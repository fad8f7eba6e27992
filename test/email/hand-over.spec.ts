import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Ignore, Retry } from '../../src/tasks/index.js';
import { until } from '../support/until.js';
import { Gate } from './support/gate.js';
import { Outbox } from './support/outbox.js';
import { ScriptedSmtp } from './support/scripted-smtp.js';

describe('the hand-over of a message', () => {
  const outbox = new Outbox();
  const server = new ScriptedSmtp();
  beforeAll(async () => {
    await server.start();
    await outbox.start({
      transport: `smtp://127.0.0.1:${server.port}`,
      handOverTimeout: '400ms',
      messageClasses: { urgent: { onUnknown: 'resend' }, news: { onUnknown: 'assumeSent' } },
    });
  });
  afterAll(async () => {
    await outbox.stop();
    await server.stop();
  });
  beforeEach(async () => {
    server.reset();
    await outbox.reset();
  });

  const kinds = async (id: string) => (await outbox.view(id)).events.map(({ kind }) => kind);
  const takeOver = (id: string) =>
    outbox.db.query('UPDATE email_message SET claim_token = $2 WHERE id = $1', [id, randomUUID()]);
  const endLease = (id: string) =>
    outbox.db.query('UPDATE email_message SET claimed_until = clock_timestamp() WHERE id = $1', [id]);
  /** A worker that was last heard of when it handed the message over. */
  const vanishAfterHandOver = async (id: string) => {
    const claim = await outbox.claims.claim(id);
    if (claim.kind !== 'claimed') throw new Error(`it is ${claim.kind}`);
    await outbox.claims.handOver(claim.email, 'default');
    await endLease(id);
    return claim.email;
  };

  it('does not take place for a message that another run has taken over', async () => {
    const id = await outbox.accept();
    server.script.data = async () => {
      await takeOver(id);
      return '354 go on';
    };
    expect(await outbox.runInVain(id)).toBeInstanceOf(Ignore);
    expect(server.dialogues).toMatchObject([{ content: '', complete: false, taken: false }]);
    expect(await kinds(id)).toEqual(['accepted', 'claimed']);
  });

  it('does not take place once the lease is over, though nobody else came', async () => {
    const id = await outbox.accept();
    server.script.data = async () => {
      await endLease(id);
      return '354 go on';
    };
    expect(await outbox.runInVain(id)).toBeInstanceOf(Ignore);
    expect(server.dialogues).toMatchObject([{ content: '', complete: false }]);
    server.script = {};
    expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
    expect(server.taken).toHaveLength(1);
  });

  it('leaves the connection fit for the next message', async () => {
    const id = await outbox.accept();
    server.script.data = async () => {
      await takeOver(id);
      return '354 go on';
    };
    await outbox.runInVain(id);
    server.script = {};
    expect(await outbox.run(await outbox.accept())).toMatchObject({ status: 'sent' });
  });

  it.each([
    ['is silent', 'silence'],
    ['answers a byte at a time', { drip: '250 ok', every: 200 }],
  ] as const)('is not waited for when the server %s before it', async (_how, act) => {
    const id = await outbox.accept();
    server.script.rcpt = act;
    expect(await outbox.runInVain(id)).toBeInstanceOf(Retry);
    expect(await outbox.view(id)).toMatchObject({
      status: 'deferred',
      reason: 'the SMTP server took longer than 0.4 s (ETIMEDOUT)',
    });
    expect(server.dialogues).toMatchObject([{ content: '' }]);
  });

  it('lasts as long as the server takes for its answer, beyond the time it had before', async () => {
    const id = await outbox.accept();
    const gate = new Gate();
    setTimeout(() => gate.open(), 900);
    server.script.dot = async () => {
      await gate.opened;
      return '250 at last';
    };
    expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
  });

  describe('without an answer', () => {
    beforeEach(() => {
      server.script.dot = 'drop';
    });

    it('leaves a message unknown: held, until a person decides', async () => {
      const id = await outbox.accept();
      expect(await outbox.run(id)).toEqual({
        status: 'unknown',
        reason: expect.stringMatching(/^it may have arrived, or not: no answer: /),
      });
      expect(await outbox.view(id)).toMatchObject({ status: 'unknown', emailHasBeenSent: false });
      expect(await kinds(id)).toEqual(['accepted', 'claimed', 'handed_over', 'unknown']);
      server.script = {};
      expect(await outbox.runInVain(id)).toBeInstanceOf(Ignore);
      expect(server.taken).toEqual([]);
    });

    it('sends it again, as the same message, if its class says so', async () => {
      const id = await outbox.accept({ messageClass: 'urgent' });
      expect(await outbox.runInVain(id)).toBeInstanceOf(Retry);
      expect(await outbox.view(id)).toMatchObject({
        status: 'deferred',
        reason: expect.stringContaining('it may have arrived, and is sent again'),
      });
      server.script = {};
      expect(await outbox.run(id, { retries: 1 })).toMatchObject({ status: 'sent' });
      const [first, second] = server.dialogues.map(
        ({ content }) => /^(?:Message-ID|Date): .*$/gim.exec(content)?.[0],
      );
      expect(first).toBe(second);
    });

    it('takes it for sent, if its class says so', async () => {
      const id = await outbox.accept({ messageClass: 'news' });
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      expect(await outbox.view(id)).toMatchObject({
        emailHasBeenSent: true,
        smtpResponse: expect.stringContaining('taken for sent'),
        recipients: [{ verdict: 'accepted', detail: expect.stringContaining('taken for accepted') }],
      });
    });
  });

  describe('whose worker was not heard of again', () => {
    it('leaves a message alone while its lease lasts', async () => {
      const id = await outbox.accept();
      await vanishAfterHandOver(id);
      await outbox.db.query(
        `UPDATE email_message SET claimed_until = clock_timestamp() + interval '1 minute' WHERE id = $1`,
        [id],
      );
      expect(await outbox.claims.claim(id)).toMatchObject({ kind: 'busy' });
      expect(await outbox.claims.lose([id])).toBe(0);
    });

    it('leaves it unknown', async () => {
      const id = await outbox.accept();
      await vanishAfterHandOver(id);
      expect(await outbox.runInVain(id)).toBeInstanceOf(Ignore);
      expect(await outbox.view(id)).toMatchObject({
        status: 'unknown',
        reason: expect.stringMatching(/^handed over .* it may have arrived, or not$/),
      });
      expect(server.dialogues).toEqual([]);
    });

    it('has it sent again, if its class says so', async () => {
      const id = await outbox.accept({ messageClass: 'urgent' });
      await vanishAfterHandOver(id);
      expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
      expect(await kinds(id)).toEqual([
        'accepted',
        'claimed',
        'handed_over',
        'unknown',
        'claimed',
        'handed_over',
        'sent',
      ]);
    });

    it('has it taken for sent, if its class says so', async () => {
      const id = await outbox.accept({ messageClass: 'news' });
      await vanishAfterHandOver(id);
      expect(await outbox.runInVain(id)).toBeInstanceOf(Ignore);
      expect(await outbox.view(id)).toMatchObject({ status: 'sent', recipients: [{ verdict: 'accepted' }] });
    });

    it('is decided by its answer, if the worker comes back with one', async () => {
      const verdicts = [] as const;
      const sent = await vanishAfterHandOver(await outbox.accept());
      const refused = await vanishAfterHandOver(await outbox.accept());
      const silent = await vanishAfterHandOver(await outbox.accept());
      expect(await outbox.claims.lose(null)).toBe(3);
      await outbox.claims.settle(sent, { status: 'sent', reason: null, smtpResponse: '250 ok', verdicts });
      await outbox.claims.settle(refused, { status: 'failed', reason: '554 spam', verdicts });
      await outbox.claims.settle(silent, { status: 'unknown', reason: 'no answer', verdicts });
      expect(await outbox.view(sent.id)).toMatchObject({ status: 'sent', emailHasBeenSent: true });
      expect(await outbox.view(refused.id)).toMatchObject({ status: 'failed', reason: '554 spam' });
      expect((await kinds(silent.id)).filter((kind) => kind === 'unknown')).toHaveLength(1);
    });
  });

  it('by a worker that lives on keeps the message from others for longer than the lease', async () => {
    const patient = await new Outbox().start({
      transport: `smtp://127.0.0.1:${server.port}`,
      claimLease: '600ms',
    });
    try {
      const id = await patient.accept();
      const reached = new Gate();
      const go = new Gate();
      server.script.dot = async () => {
        reached.open();
        await go.opened;
        return '250 ok';
      };
      const run = patient.run(id);
      await reached.opened;
      await until(async () => {
        const [row] = await patient.db.query(
          `SELECT claimed_until > e.at + interval '1 second' AS renewed FROM email_message m
           JOIN email_event e ON e.email_id = m.id AND e.kind = 'handed_over'`,
        );
        return row.renewed;
      });
      expect(await patient.claims.claim(id)).toMatchObject({ kind: 'busy' });
      go.open();
      expect(await run).toMatchObject({ status: 'sent' });
    } finally {
      await patient.stop();
    }
  });
});
