import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  EMAIL_STATUSES,
  EmailAnonymisedError,
  type EmailInput,
  EmailNotFoundError,
  type EmailStatus,
} from '../../src/email/index.js';
import {
  ANONYMISE,
  DELETE,
  NEEDED,
  TO_ANONYMISE,
  TO_DELETE,
} from '../../src/email/retention/retention.sql.js';
import { until } from '../support/until.js';
import { startMailApp } from './support/mail-app.js';
import { MessageStates } from './support/message-states.js';
import { Outbox } from './support/outbox.js';
import { tracesOf } from './support/traces.js';

const FINISHED: readonly EmailStatus[] = ['sent', 'blocked', 'failed', 'expired', 'cancelled'];
const UNFINISHED = EMAIL_STATUSES.filter((status) => !FINISHED.includes(status));

/** Everything that is in the outbox was there so many days ago. */
async function age(outbox: Outbox, days: number): Promise<void> {
  const ago = `- ${days} * interval '1 day'`;
  await outbox.db.query(
    `UPDATE email_message SET created_on = created_on ${ago}, finished_on = finished_on ${ago}`,
  );
  await outbox.db.query(`UPDATE email_recipient SET created_on = created_on ${ago}`);
  await outbox.db.query(`UPDATE email_content SET used_on = used_on ${ago}`);
}

const count = async (outbox: Outbox, table: string): Promise<number> =>
  (await outbox.db.query<{ count: number }[]>(`SELECT count(*)::int AS count FROM ${table}`))[0]?.count ?? 0;

/** Messages that were given up, made by the server at once. */
const many = (outbox: Outbox, messages: number) =>
  outbox.db.query(
    `WITH made AS (
       INSERT INTO email_message (id, from_address, subject, text, message_id, date, status, reason, finished_on)
       SELECT gen_random_uuid(), 'app@example.com', 'Hello', 'Hi', '<x@example.com>', now(), 'failed', 'in vain',
              now() - interval '40 days'
       FROM generate_series(1, $1) RETURNING id)
     INSERT INTO email_recipient (email_id, created_on, kind, address, normalised, verdict)
     SELECT id, now() - interval '40 days', 'to', 'ann@example.com', 'ann@example.com', 'refused' FROM made`,
    [messages],
  );

const failedIds = async (outbox: Outbox): Promise<string[]> =>
  (await outbox.db.query<{ id: string }[]>(`SELECT id FROM email_message WHERE status = 'failed'`)).map(
    ({ id }) => id,
  );

/** Whether somebody waits for a lock of another transaction. */
const waiting = async (outbox: Outbox): Promise<boolean> => {
  const waiters = await outbox.db.query<unknown[]>(
    `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
  );
  return waiters.length > 0;
};

describe('without retention', () => {
  const outbox = new Outbox();
  beforeAll(() => outbox.start());
  afterAll(() => outbox.stop());

  it('messages stay as they are, for ever', async () => {
    const id = await new MessageStates(outbox).reach('sent');
    await age(outbox, 10_000);
    expect(await outbox.retention.run()).toEqual({ deleted: 0, anonymised: 0, contents: 0 });
    expect(await outbox.view(id)).toMatchObject({ subject: 'Hello', anonymisedOn: null });
  });
});

describe('messages that are kept for 90 days', () => {
  const outbox = new Outbox();
  const states = new MessageStates(outbox);
  beforeAll(() => outbox.start({ retention: { keep: '90d' } }));
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());

  it.each(FINISHED)('are deleted with all that belongs to them: %s', async (status) => {
    const id = await states.reach(status, { attachments: [{ filename: 'a.txt', content: 'bytes' }] });
    expect((await outbox.view(id)).status).toBe(status);
    await age(outbox, 89.9);
    expect(await outbox.retention.run()).toMatchObject({ deleted: 0 });
    await age(outbox, 0.2);
    expect(await outbox.retention.run()).toEqual({ deleted: 1, anonymised: 0, contents: 1 });
    expect(await outbox.service.get(id)).toBeNull();
    for (const table of [
      'email_recipient',
      'email_event',
      'email_attachment',
      'email_content',
      'email_content_chunk',
    ])
      expect([table, await count(outbox, table)]).toEqual([table, 0]);
  });

  it.each(UNFINISHED)('stay however old they are: %s', async (status) => {
    const id = await states.reach(status);
    await age(outbox, 10_000);
    expect(await outbox.retention.run()).toMatchObject({ deleted: 0 });
    expect((await outbox.view(id)).status).toBe(status);
  });

  it('count from when they were finished, not from when they were accepted', async () => {
    const id = await outbox.accept();
    await age(outbox, 100);
    await outbox.run(id);
    expect(await outbox.retention.run()).toMatchObject({ deleted: 0 });
    await age(outbox, 91);
    expect(await outbox.retention.run()).toMatchObject({ deleted: 1 });
  });

  it('leave contents to other messages that have them, and their idempotency keys to anybody', async () => {
    const input: Partial<EmailInput> = {
      idempotencyKey: 'order 1',
      attachments: [{ filename: 'a', content: 'x' }],
    };
    await states.reach('sent', input);
    await age(outbox, 91);
    const other = await states.reach('sent', { attachments: [{ filename: 'b', content: 'x' }] });
    expect(await outbox.retention.run()).toEqual({ deleted: 1, anonymised: 0, contents: 0 });
    expect((await outbox.view(other)).attachments).toHaveLength(1);
    expect(
      (await outbox.service.send({ to: 'a@example.com', subject: 's', text: 't', ...input })).duplicate,
    ).toBe(false);
  });

  it('are deleted once, however many processes look', async () => {
    await many(outbox, 1_050);
    await age(outbox, 60);
    const pending = await outbox.accept();
    const reports = await Promise.all([
      outbox.retention.run(),
      outbox.retention.run(),
      outbox.retention.run(),
    ]);
    reports.push(await outbox.retention.run());
    expect(reports.reduce((sum, { deleted }) => sum + deleted, 0)).toBe(1_050);
    expect(await count(outbox, 'email_message')).toBe(1);
    expect((await outbox.view(pending)).status).toBe('pending');
  });

  it('stop being deleted between two transactions when the process stops', async () => {
    await many(outbox, 450);
    await age(outbox, 60);
    expect(await outbox.retention.run(AbortSignal.abort())).toMatchObject({ deleted: 0 });
    const aborting = new AbortController();
    const query = vi.spyOn(outbox.db, 'transaction');
    query.mockImplementationOnce(async (...args: unknown[]) => {
      query.mockRestore();
      const result = await (outbox.db.transaction as (...all: unknown[]) => Promise<unknown>)(...args);
      aborting.abort();
      return result;
    });
    expect(await outbox.retention.run(aborting.signal)).toMatchObject({ deleted: 200 });
    expect(await outbox.retention.run()).toMatchObject({ deleted: 250 });
  });

  it('are skipped while they are being resent', async () => {
    const id = await states.reach('failed');
    await age(outbox, 91);
    const why = { from: ['failed'], event: 'resent', detail: null, resetRefused: true } as const;
    await outbox.db.transaction(async (manager) => {
      const again = await outbox.submission.resubmit([{ id, generation: 0 }], why, manager);
      expect(again).toEqual([id]);
      expect(await outbox.retention.run()).toMatchObject({ deleted: 0 });
    });
    expect(await outbox.retention.run()).toMatchObject({ deleted: 0 });
    expect(await outbox.run(id)).toMatchObject({ status: 'sent' });
  });

  it('cannot be resent when they are just being deleted', async () => {
    const id = await states.reach('failed');
    const resent = await outbox.db.transaction(async (manager) => {
      await manager.query(DELETE, [[id]]);
      const pending = outbox.service.resend(id).catch((error: unknown) => error);
      await until(async () => waiting(outbox));
      return { pending };
    });
    expect(await resent.pending).toBeInstanceOf(EmailNotFoundError);
    expect(await outbox.callIds()).not.toContain(`email.mail-${id}-1`);
  });

  it('are found by an index, from where the batch before ended, however many there are', async () => {
    await many(outbox, 5_000);
    await outbox.db.query('ANALYZE email_message, email_recipient');
    const plan = async (statement: string, parameters: unknown[]) =>
      JSON.stringify(await outbox.db.query(`EXPLAIN ${statement}`, parameters));
    for (const [statement, index] of [
      [TO_DELETE, 'email_message_kept'],
      [TO_ANONYMISE, 'email_message_to_anonymise'],
    ] as const) {
      const chosen = await plan(statement, [1_000, '-infinity', '0', 200]);
      expect(chosen).toMatch(
        new RegExp(`Index Scan using ${index}.*\\(finished_on < .*ROW\\(finished_on, seq\\) >`),
      );
      expect(chosen).not.toMatch(/Sort/);
    }
    const needed = await plan(NEEDED, [(await failedIds(outbox)).slice(0, 200), 600_000]);
    expect(needed).not.toContain('Seq Scan');
  });

  it('are deleted by the module itself', async () => {
    const id = await states.reach('sent');
    await age(outbox, 91);
    // No jitter: what begins within five minutes begins at once.
    const lot = vi.spyOn(Math, 'random').mockReturnValue(0);
    const app = await startMailApp(outbox.settings);
    try {
      await until(async () => (await outbox.service.get(id)) === null);
    } finally {
      lot.mockRestore();
      await app.close();
    }
  });
});

describe('messages that are anonymised after 30 days', () => {
  const MARKER = 'zaphod';
  const outbox = new Outbox();
  const states = new MessageStates(outbox);
  beforeAll(() => outbox.start({ retention: { anonymiseAfter: '30d' }, perRecipient: '1/10m' }));
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());

  /** The marker wherever a caller can put it. */
  const telling = (n: number): Partial<EmailInput> => ({
    to: `Zaphod ${n} <zaphod${n}@example.com>`,
    cc: `cc${n}@zaphod.example`,
    bcc: `Zaphod <bcc${n}@zaphod.example>`,
    subject: 'For Zaphod',
    text: 'Dear Zaphod',
    html: '<p>Dear Zaphod <img src="cid:zaphod"></p>',
    headers: { 'X-Zaphod': 'zaphod' },
    attachments: [
      { filename: 'zaphod.png', content: `zaphod ${n}`, contentType: 'image/png', cid: 'zaphod' },
    ],
    idempotencyKey: `invoice ${n}`,
  });

  it.each(FINISHED)('leave no trace of what they were and whom they were for: %s', async (status) => {
    const id = await states.reach(status, telling(1));
    if (status === 'sent') {
      // Those whom the server refused are named in the reason, in the verdict and in the history.
      outbox.peer.script = {
        rcptTo: (address) =>
          address.startsWith('cc') ? { code: 550, text: `<${address}> unknown` } : undefined,
        finalDot: async () => ({ code: 250, text: 'taken for zaphod' }),
      };
      await states.reach('sent', telling(2));
      outbox.peer.script = {};
    }
    const before = await outbox.view(id);
    expect(await tracesOf(outbox.db, MARKER, ['email_block'])).toEqual(
      expect.arrayContaining(
        ['attachment', 'content_chunk', 'message', 'recipient'].map((name) => `public.email_${name}`),
      ),
    );
    await age(outbox, 29.9);
    expect(await outbox.retention.run()).toMatchObject({ anonymised: 0 });
    await age(outbox, 0.2);
    const all = status === 'sent' ? 2 : 1;
    expect(await outbox.retention.run()).toEqual({ deleted: 0, anonymised: all, contents: all });

    expect(await tracesOf(outbox.db, MARKER, ['email_block'])).toEqual([]);
    if (status === 'blocked') expect(await outbox.lists.list()).toHaveLength(3);
    const after = await outbox.view(id);
    expect(after).toMatchObject({
      status,
      attempts: before.attempts,
      sentOn: before.sentOn && expect.any(Date),
      messageId: before.messageId,
      idempotencyKey: 'invoice 1',
      anonymisedOn: expect.any(Date),
      attachments: [],
    });
    const kept = ({ recipients, events }: typeof after) => ({
      verdicts: recipients.map(({ kind, verdict, smtpCode, enhancedCode }) => [
        kind,
        verdict,
        smtpCode,
        enhancedCode,
      ]),
      events: events.map(({ kind, at }) => [kind, at]),
    });
    expect(kept(after)).toEqual(kept(before));
    const addresses = after.recipients.map(({ address }) => address);
    expect(new Set(addresses).size).toBe(3);
    for (const address of addresses) expect(address).toMatch(/^\d+@anonymised\.invalid$/);
  });

  it.each(UNFINISHED)('stay as they are while they are not finished: %s', async (status) => {
    const id = await states.reach(status, telling(1));
    await age(outbox, 10_000);
    expect(await outbox.retention.run()).toMatchObject({ anonymised: 0 });
    expect(await outbox.view(id)).toMatchObject({ subject: 'For Zaphod', anonymisedOn: null });
  });

  it('are not sent again: neither by their idempotency keys nor by a person', async () => {
    const id = await states.reach('failed', telling(1));
    await outbox.db.query(`UPDATE email_recipient SET smtp_code = NULL`);
    await age(outbox, 31);
    expect(await outbox.retention.run()).toMatchObject({ anonymised: 1 });
    const again = await outbox.service.send({
      subject: 's',
      text: 't',
      to: 'b@example.com',
      idempotencyKey: 'invoice 1',
    });
    expect(again).toEqual({ id, status: 'failed', duplicate: true });
    await expect(outbox.service.resend(id)).rejects.toThrow(EmailAnonymisedError);
    await expect(outbox.service.resend(id)).rejects.toThrow(
      /was anonymised on .*Send a new message\. Nothing was done/,
    );
    expect(await outbox.service.resendUnsent({ includeUnknown: true })).toEqual({});
    expect(await outbox.retention.run()).toMatchObject({ anonymised: 0 });
  });

  it('are anonymised once, however many processes look', async () => {
    await many(outbox, 1_050);
    const reports = await Promise.all([outbox.retention.run(), outbox.retention.run()]);
    reports.push(await outbox.retention.run());
    expect(reports.reduce((sum, { anonymised }) => sum + anonymised, 0)).toBe(1_050);
    expect(await tracesOf(outbox.db, 'ann@example.com')).toEqual([]);
  });

  it('are either resent whole or anonymised whole when both happen at once', async () => {
    await many(outbox, 60);
    const ids = await failedIds(outbox);
    const [resent] = await Promise.all([
      Promise.allSettled(ids.map((id) => outbox.service.resend(id))),
      outbox.retention.run(),
    ]);
    for (const [index, outcome] of resent.entries()) {
      const view = await outbox.view(ids[index] ?? '');
      if (outcome.status === 'fulfilled') {
        expect(view).toMatchObject({ status: 'pending', subject: 'Hello', anonymisedOn: null });
        expect(view.recipients).toMatchObject([{ address: 'ann@example.com' }]);
      } else {
        expect(outcome.reason).toBeInstanceOf(EmailAnonymisedError);
        expect(view).toMatchObject({ status: 'failed', subject: '', generation: 0 });
      }
    }
  });

  it('cannot be resent when they are just being anonymised', async () => {
    const id = await states.reach('failed');
    const resent = await outbox.db.transaction(async (manager) => {
      await manager.query(ANONYMISE, [[id]]);
      const pending = outbox.service.resend(id).catch((error: unknown) => error);
      await until(async () => waiting(outbox));
      return { pending };
    });
    expect(await resent.pending).toBeInstanceOf(EmailAnonymisedError);
  });

  it('wait for messages on their way whose limit they count for, however old those are', async () => {
    const first = await states.reach('sent');
    const second = await outbox.accept({ sendAt: new Date(Date.now() + 86_400_000) });
    await age(outbox, 40);
    expect(await outbox.retention.run()).toMatchObject({ anonymised: 0 });
    expect(await outbox.run(second)).toMatchObject({ status: 'blocked' });
    expect(await outbox.retention.run()).toMatchObject({ anonymised: 1 });
    expect((await outbox.view(first)).anonymisedOn).not.toBeNull();
  });

  it('keep no other message from being anonymised while they wait', async () => {
    await many(outbox, 450);
    await outbox.accept({ to: 'ann@example.com', sendAt: new Date(Date.now() + 86_400_000) });
    await outbox.db.query(
      `UPDATE email_recipient SET created_on = now() - interval '40 days' + interval '1 minute' WHERE verdict IS NULL`,
    );
    const other = await states.reach('sent', { to: 'other@example.com' });
    await outbox.db.query(`UPDATE email_message SET finished_on = now() - interval '31 days' WHERE id = $1`, [
      other,
    ]);
    expect(await outbox.retention.run()).toMatchObject({ anonymised: 1 });
    expect((await outbox.view(other)).anonymisedOn).not.toBeNull();
  });
});

describe('both', () => {
  const outbox = new Outbox();
  beforeAll(() => outbox.start({ retention: { keep: '90d', anonymiseAfter: '30d' } }));
  afterAll(() => outbox.stop());

  it('anonymise first and delete later', async () => {
    await new MessageStates(outbox).reach('sent');
    await age(outbox, 31);
    expect(await outbox.retention.run()).toMatchObject({ deleted: 0, anonymised: 1 });
    await age(outbox, 60);
    expect(await outbox.retention.run()).toMatchObject({ deleted: 1, anonymised: 0 });
  });
});
