import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EmailInput, InvalidEmailError } from '../../src/email/index.js';
import { Outbox } from './support/outbox.js';

const valid: EmailInput = { to: 'a@example.com', subject: 'Hello', text: 'Hi' };

describe('accepting a message', () => {
  const outbox = new Outbox();
  beforeAll(() => outbox.start({ sweepAfter: '10m' }));
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());

  const count = async () => Number((await outbox.db.query('SELECT count(*) FROM email_message'))[0].count);

  it('stores it with its recipients and its first event, under the time of the server', async () => {
    const before = await serverTime();
    const { id, status, duplicate } = await outbox.service.send({ ...valid, bcc: 'B@Example.com' });
    expect({ status, duplicate }).toEqual({ status: 'pending', duplicate: false });
    const view = await outbox.view(id);
    expect(view).toMatchObject({
      status: 'pending',
      reason: 'waiting for a worker',
      emailHasBeenSent: false,
      from: 'App <app@example.com>',
      messageId: `<${id}@example.com>`,
      recipients: [
        { kind: 'to', address: 'a@example.com', verdict: null },
        { kind: 'bcc', address: 'B@example.com', verdict: null },
      ],
      events: [{ kind: 'accepted' }],
    });
    expect(view.createdOn.getTime()).toBeGreaterThanOrEqual(before - 1);
    expect(view.createdOn.getTime()).toBeLessThanOrEqual((await serverTime()) + 1);
  });

  it('calls the task once the row is committed, under an id that follows from the row', async () => {
    const id = await outbox.accept();
    expect(outbox.tasks.calls).toEqual([{ args: [id], options: { taskId: `mail-${id}-0`, queue: 'email' } }]);
    const [row] = await outbox.db.query('SELECT call_id, enqueued_at FROM email_message');
    expect(row).toMatchObject({ call_id: `email.mail-${id}-0`, enqueued_at: expect.any(Date) });
  });

  it('calls the task for its time, which is also the Date of the message', async () => {
    const sendAt = new Date('2040-01-01T00:00:00Z');
    const id = await outbox.accept({ sendAt });
    expect(outbox.tasks.calls[0]?.options.eta).toEqual(sendAt);
    const [row] = await outbox.db.query('SELECT date FROM email_message');
    expect(row.date).toEqual(sendAt);
    expect((await outbox.view(id)).reason).toBe('waiting for a worker, not before 2040-01-01T00:00:00.000Z');
  });

  it('stores and calls nothing if the message is invalid', async () => {
    await expect(outbox.service.send({ ...valid, to: 'nobody' })).rejects.toThrow(InvalidEmailError);
    expect(await count()).toBe(0);
    expect(outbox.tasks.calls).toEqual([]);
  });

  it('keeps texts as they are', async () => {
    const text = `'; DROP TABLE email_message; -- 🥬 \\ " ${'x'.repeat(100_000)}`;
    const headers = { 'X-Tag': '{"a": "\\u0000"}' };
    const id = await outbox.accept({ subject: '🥬 "\'', text, html: '<p>ü</p>', headers });
    const [row] = await outbox.db.query(
      'SELECT subject, text, html, headers FROM email_message WHERE id = $1',
      [id],
    );
    expect(row).toEqual({ subject: '🥬 "\'', text, html: '<p>ü</p>', headers });
  });

  describe('in the transaction of the caller', () => {
    it('leaves nothing if that is rolled back', async () => {
      const failed = outbox.db.transaction(async (manager) => {
        await outbox.preprocessor.preprocess(valid, manager);
        throw new Error('rolled back');
      });
      await expect(failed).rejects.toThrow('rolled back');
      expect(await count()).toBe(0);
    });

    it('stores it with that, and the sweep calls its task', async () => {
      const { id } = await outbox.db.transaction((manager) => outbox.preprocessor.preprocess(valid, manager));
      expect(outbox.tasks.calls).toEqual([]);
      await age(id);
      expect(await outbox.sweep.sweep()).toBe(1);
      expect(outbox.tasks.calls).toMatchObject([{ args: [id] }]);
    });
  });

  describe('under an idempotency key', () => {
    it('happens once, however many ask at once', async () => {
      const idempotencyKey = randomUUID();
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => outbox.service.send({ ...valid, idempotencyKey })),
      );
      expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
      expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(1);
      expect(await count()).toBe(1);
      expect(outbox.tasks.calls).toHaveLength(1);
    });

    it('gives the first message, and where it stands, also for another content', async () => {
      const first = await outbox.service.send({ ...valid, idempotencyKey: 'k' });
      await outbox.run(first.id);
      const second = await outbox.service.send({ ...valid, subject: 'Other', idempotencyKey: 'k' });
      expect(second).toEqual({ id: first.id, status: 'sent', duplicate: true });
      expect((await outbox.view(first.id)).subject).toBe('Hello');
    });

    it('does not wait for ever on a key whose first transaction is rolled back', async () => {
      let second: Promise<{ id: string; duplicate: boolean }> | undefined;
      const rolledBack = outbox.db.transaction(async (manager) => {
        await outbox.preprocessor.preprocess({ ...valid, idempotencyKey: 'k' }, manager);
        second = outbox.preprocessor.preprocess({ ...valid, idempotencyKey: 'k' });
        await blockedStatement();
        throw new Error('rolled back');
      });
      await expect(rolledBack).rejects.toThrow('rolled back');
      await expect(second).resolves.toMatchObject({ duplicate: false });
    });
  });

  describe('while the broker is away', () => {
    it('succeeds: the message is stored, and the sweep calls its task later', async () => {
      outbox.tasks.failure = new Error('the broker is away');
      const { id, status } = await outbox.service.send(valid);
      expect(status).toBe('pending');
      await age(id);

      expect(await outbox.sweep.sweep()).toBe(0);
      outbox.tasks.failure = undefined;
      expect(await outbox.sweep.sweep()).toBe(1);
      expect(outbox.tasks.calls).toMatchObject([{ args: [id], options: { taskId: `mail-${id}-0` } }]);
      expect(await outbox.sweep.sweep()).toBe(0);
    });

    it('leaves fresh messages to their own call', async () => {
      outbox.tasks.failure = new Error('the broker is away');
      await outbox.accept();
      outbox.tasks.failure = undefined;
      expect(await outbox.sweep.sweep()).toBe(0);
    });

    it('is made up for once, and completely, by sweeps at the same time', async () => {
      outbox.tasks.failure = new Error('the broker is away');
      const ids = await Promise.all(Array.from({ length: 250 }, () => outbox.accept()));
      outbox.tasks.failure = undefined;
      await Promise.all(ids.map(age));
      const swept = await Promise.all([outbox.sweep.sweep(), outbox.sweep.sweep(), outbox.sweep.sweep()]);
      expect(swept.reduce((sum, one) => sum + one)).toBe(250);
      expect(new Set(outbox.tasks.calls.map((call) => call.args[0]))).toEqual(new Set(ids));
    });
  });

  const serverTime = async () =>
    Number((await outbox.db.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now'))[0].now);

  const age = async (id: string): Promise<void> => {
    await outbox.db.query(
      `UPDATE email_message SET created_on = created_on - interval '1 hour' WHERE id = $1`,
      [id],
    );
  };

  /** Until some statement of this database waits for the lock of another. */
  const blockedStatement = async (): Promise<void> => {
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    for (;;) {
      const rows: unknown[] = await outbox.db.query(waiting);
      if (rows.length > 0) return;
    }
  };
});
