import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EmailInput, InvalidEmailError } from '../../src/email/index.js';
import { NotInTransactionError } from '../../src/index.js';
import { until } from '../support/until.js';
import { Outbox } from './support/outbox.js';

const valid: EmailInput = { to: 'a@example.com', subject: 'Hello', text: 'Hi' };

describe.each(['postgres', 'redis'])('accepting a message, with tasks on %s', (broker) => {
  const outbox = new Outbox();
  beforeAll(() => outbox.start({}, broker === 'redis' ? process.env['REDIS_URL'] : undefined));
  afterAll(() => outbox.stop());
  beforeEach(() => outbox.reset());
  afterEach(() => vi.restoreAllMocks());

  const count = async () => Number((await outbox.db.query('SELECT count(*) FROM email_message'))[0].count);
  const callTo = (id: string, generation = 0) => `email.mail-${id}-${generation}`;
  const enqueued = async (id: string) =>
    (await outbox.db.query('SELECT call_id, enqueued_at FROM email_message WHERE id = $1', [id]))[0];
  const expectNothing = async () => {
    expect(await count()).toBe(0);
    expect(await outbox.calls()).toEqual([]);
  };
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

  it('calls the task with its id, under an id that follows from it and stands in its row', async () => {
    const id = await outbox.accept();
    expect(await outbox.calls()).toEqual([{ id: callTo(id), args: [id], eta: undefined }]);
    expect(await enqueued(id)).toEqual({ call_id: callTo(id), enqueued_at: expect.any(Date) });
  });

  it('calls the task for its time, which is also the Date of the message', async () => {
    const sendAt = new Date('2040-01-01T00:00:00Z');
    const id = await outbox.accept({ sendAt });
    expect(await outbox.calls()).toMatchObject([{ eta: sendAt.getTime() }]);
    const [row] = await outbox.db.query('SELECT date FROM email_message');
    expect(row.date).toEqual(sendAt);
    expect((await outbox.view(id)).reason).toBe('waiting for a worker, not before 2040-01-01T00:00:00.000Z');
  });

  it('stores and calls nothing if the message is invalid', async () => {
    await expect(outbox.service.send({ ...valid, to: 'nobody' })).rejects.toThrow(InvalidEmailError);
    await expectNothing();
  });

  it('stores nothing if the task cannot be called', async () => {
    vi.spyOn(outbox.enqueuer, 'within').mockReturnValue(() => Promise.reject(new Error('no call')));
    await expect(outbox.service.send(valid)).rejects.toThrow('no call');
    await expectNothing();
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
    const rolledBack = async (work: (manager: EntityManager) => Promise<unknown>) => {
      const transaction = outbox.db.transaction(async (manager) => {
        await work(manager);
        throw new Error('rolled back');
      });
      await expect(transaction).rejects.toThrow('rolled back');
    };

    it('leaves neither row nor call if that is rolled back', async () => {
      await rolledBack(async (manager) => {
        const { id } = await outbox.service.within(manager).send(valid);
        expect(await manager.query('SELECT call_id FROM email_message')).toEqual([{ call_id: callTo(id) }]);
      });
      await expectNothing();
    });

    it('leaves row and call when that commits, and not before', async () => {
      const { id } = await outbox.db.transaction(async (manager) => {
        const answer = await outbox.service.within(manager).send(valid);
        await expectNothing();
        return answer;
      });
      expect(await count()).toBe(1);
      expect(await outbox.callIds()).toEqual([callTo(id)]);
    });

    it('takes a QueryRunner as well', async () => {
      const runner = outbox.db.createQueryRunner();
      await runner.startTransaction();
      const { id } = await outbox.service.within(runner).send(valid);
      await runner.commitTransaction();
      await runner.release();
      expect(await outbox.callIds()).toEqual([callTo(id)]);
    });

    it('refuses what is not in a transaction, before it stores anything', async () => {
      const outside = outbox.service.within(outbox.db.manager).send(valid);
      await expect(outside).rejects.toThrow(NotInTransactionError);
      let over: EntityManager | undefined;
      await outbox.db.transaction(async (manager) => void (over = manager));
      await expect(outbox.service.within(over!).send(valid)).rejects.toThrow(NotInTransactionError);
      await expectNothing();
    });

    it('leaves that as it was if the message is invalid', async () => {
      await outbox.db.transaction(async (manager) => {
        const emails = outbox.service.within(manager);
        await expect(emails.send({ ...valid, to: 'nobody' })).rejects.toThrow(InvalidEmailError);
        await emails.send(valid);
      });
      expect(await outbox.calls()).toHaveLength(1);
    });

    it('finds an earlier message under the same idempotency key, in it or outside', async () => {
      const earlier = await outbox.service.send({ ...valid, idempotencyKey: 'earlier' });
      await outbox.run(earlier.id);
      const id = await outbox.db.transaction(async (manager) => {
        const emails = outbox.service.within(manager);
        expect(await emails.send({ ...valid, idempotencyKey: 'earlier' })).toEqual({
          id: earlier.id,
          status: 'sent',
          duplicate: true,
        });
        const first = await emails.send({ ...valid, idempotencyKey: 'k' });
        const second = await emails.send({ ...valid, idempotencyKey: 'k' });
        expect(second).toEqual({ ...first, duplicate: true });
        return first.id;
      });
      expect(await outbox.callIds()).toEqual([callTo(earlier.id), callTo(id)].toSorted());
    });

    it('fails that, and waits for nothing, if it cannot see the earlier message under its key', async () => {
      const transaction = outbox.db.transaction('REPEATABLE READ', async (manager) => {
        await manager.query('SELECT FROM email_message');
        await outbox.service.send({ ...valid, idempotencyKey: 'k' });
        await outbox.service.within(manager).send({ ...valid, idempotencyKey: 'k' });
      });
      await expect(transaction).rejects.toThrow('could not serialize access');
      expect(await outbox.calls()).toHaveLength(1);
    });

    it.each([
      ['is the first message under its key if that is rolled back', false],
      ['is a duplicate if that commits', true],
    ])('another one waits for that to end, and %s', async (_what, commits) => {
      let second: ReturnType<typeof outbox.service.send> | undefined;
      const transaction = outbox.db.transaction(async (manager) => {
        await outbox.service.within(manager).send({ ...valid, idempotencyKey: 'k' });
        second = outbox.service.send({ ...valid, idempotencyKey: 'k' });
        await blockedStatement();
        if (!commits) throw new Error('rolled back');
      });
      await transaction.catch(() => undefined);
      await expect(second).resolves.toMatchObject({ duplicate: commits });
      expect(await count()).toBe(1);
      expect(await outbox.calls()).toHaveLength(1);
    });
  });

  describe('under an idempotency key', () => {
    it('happens once, however many ask at once', async () => {
      const idempotencyKey = randomUUID();
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => outbox.service.send({ ...valid, idempotencyKey })),
      );
      expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
      expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(1);
      expect(await count()).toBe(1);
      expect(await outbox.calls()).toHaveLength(1);
    });

    it('gives the first message, and where it stands, also for another content', async () => {
      const first = await outbox.service.send({ ...valid, idempotencyKey: 'k' });
      await outbox.run(first.id);
      const second = await outbox.service.send({ ...valid, subject: 'Other', idempotencyKey: 'k' });
      expect(second).toEqual({ id: first.id, status: 'sent', duplicate: true });
      expect((await outbox.view(first.id)).subject).toBe('Hello');
    });
  });

  describe('without a call', () => {
    const preprocess = async () => (await outbox.preprocessor.preprocess(valid)).id;

    it('is what the first step alone does; the sweep calls its task, once', async () => {
      const id = await preprocess();
      expect(await outbox.calls()).toEqual([]);
      expect(await enqueued(id)).toEqual({ call_id: null, enqueued_at: null });
      expect((await outbox.sweep.sweep()).called).toBe(1);
      expect(await outbox.calls()).toMatchObject([{ id: callTo(id), args: [id] }]);
      expect(await enqueued(id)).toEqual({ call_id: callTo(id), enqueued_at: expect.any(Date) });
      expect((await outbox.sweep.sweep()).called).toBe(0);
    });

    it('is part of the transaction of the caller', async () => {
      const transaction = outbox.db.transaction(async (manager) => {
        await outbox.preprocessor.preprocess(valid, manager);
        throw new Error('rolled back');
      });
      await expect(transaction).rejects.toThrow('rolled back');
      expect(await count()).toBe(0);
    });

    it('is made up for once, and completely, by sweeps at the same time', async () => {
      const ids = await Promise.all(Array.from({ length: 250 }, preprocess));
      const swept = await Promise.all([outbox.sweep.sweep(), outbox.sweep.sweep(), outbox.sweep.sweep()]);
      expect(swept.reduce((sum, { called }) => sum + called, 0)).toBe(250);
      expect(await outbox.callIds()).toEqual(ids.map((id) => callTo(id)).toSorted());
    });

    it('waits for the next sweep if one of a batch cannot be called', async () => {
      const ids = [await preprocess(), await preprocess()];
      const within = outbox.enqueuer.within.bind(outbox.enqueuer);
      vi.spyOn(outbox.enqueuer, 'within').mockImplementation((transaction) => {
        const call = within(transaction);
        return (email) => (email.id === ids[1] ? Promise.reject(new Error('no call')) : call(email));
      });
      await expect(outbox.sweep.sweep()).rejects.toThrow('no call');
      expect(await outbox.calls()).toEqual([]);
      vi.restoreAllMocks();
      expect((await outbox.sweep.sweep()).called).toBe(2);
      expect(await outbox.callIds()).toEqual(ids.map((id) => callTo(id)).toSorted());
    });

    it('makes no second call of a message whose first one its row does not know', async () => {
      const id = await outbox.accept();
      await published();
      await outbox.db.query('UPDATE email_message SET enqueued_at = NULL');
      expect((await outbox.sweep.sweep()).called).toBe(1);
      await published();
      expect(await outbox.callIds()).toEqual([callTo(id)]);
    });

    it('makes the call again that the broker has lost, once the row says that there is none', async () => {
      const id = await outbox.accept();
      await published();
      await outbox.forgetCalls();
      await outbox.db.query('UPDATE email_message SET enqueued_at = NULL');
      expect((await outbox.sweep.sweep()).called).toBe(1);
      expect(await outbox.callIds()).toEqual([callTo(id)]);
    });
  });

  /** Until every call is with the broker. */
  const published = () =>
    until(async () => (await outbox.db.query('SELECT FROM celeriac_call')).length === 0);

  const serverTime = async () =>
    Number((await outbox.db.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now'))[0].now);

  /** Until some statement of this database waits for the lock of another. */
  const blockedStatement = async (): Promise<void> => {
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    for (;;) {
      const rows: unknown[] = await outbox.db.query(waiting);
      if (rows.length > 0) return;
    }
  };
});
