import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from 'pg';
import { newNamespace } from '../conformance/variant.js';
import { brokerOf } from './support/broker-of.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import type { DoomedSend } from './fixtures/doomed-sender.js';
import { EmailService } from '../../src/email/index.js';
import { type MailAppOptions, startMailApp } from './support/mail-app.js';
import { MailProcess } from './support/mail-process.js';
import { newsletter } from './support/newsletter.js';
import { SmtpPeer } from './support/smtp-peer.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe.each(['postgres', 'redis'] as const)(
  'when the sender of an e-mail dies, with tasks on %s',
  (broker) => {
    const namespace = newNamespace();
    const peer = new SmtpPeer();
    let database: TestDatabase;
    let client: Client;
    let app: MailAppOptions;
    let worker: MailProcess | undefined;

    beforeAll(async () => {
      await peer.start();
      database = await createTestDatabase();
      client = new Client(database.url);
      await client.connect();
      app = {
        databaseUrl: database.url,
        tasks: {
          broker: brokerOf(broker, database.url),
          namespace,
          queues: { email: {} },
        },
        email: {
          from: 'App <app@example.com>',
          transport: `smtp://127.0.0.1:${peer.port}`,
          sweepInterval: '1h',
        },
      };
    });
    afterAll(async () => {
      await worker?.kill();
      await client?.end();
      if (app) await eraseNamespace(app.tasks.broker, namespace);
      await database?.drop();
      await peer.stop();
    });

    const dying = async (dies: DoomedSend['dies']): Promise<string> => {
      const idempotencyKey = randomUUID();
      const email = { to: 'a@example.com', subject: idempotencyKey, text: 'Hi', idempotencyKey };
      await MailProcess.doomedSender({ app, email, dies });
      return idempotencyKey;
    };
    const rows = async (key: string): Promise<{ status: string; call_id: string | null }[]> =>
      (await client.query('SELECT status, call_id FROM email_message WHERE idempotency_key = $1', [key]))
        .rows;
    const unpublished = async (): Promise<string[]> =>
      (await client.query<{ id: string }>('SELECT id FROM celeriac_call')).rows.map(({ id }) => id);

    it('before the commit, there is neither a row nor a call', async () => {
      expect(await rows(await dying('before the commit'))).toEqual([]);
      expect(await unpublished()).toEqual([]);
    });

    it('after the commit, before anything was published, another process brings it on its way', async () => {
      const key = await dying('after the commit');
      const [row] = await rows(key);
      expect(row).toEqual({ status: 'pending', call_id: expect.stringMatching(/^email\.mail-/) });
      // The call is the broker's already if the broker is in this database; else nobody has told the broker yet.
      expect(await unpublished()).toEqual(broker === 'postgres' ? [] : [row?.call_id]);

      worker = await MailProcess.worker({ ...app, tasks: { ...app.tasks, worker: true } });
      await until(async () => (await rows(key))[0]?.status === 'sent');
      expect(peer.received.filter(({ raw }) => raw.includes(`Subject: ${key}`))).toHaveLength(1);
      await until(async () => (await unpublished()).length === 0);
    });

    it('in the middle of many, what was committed is sent, and doing it again sends the rest', async () => {
      const run = await dying('in the middle of many');
      const { rows: stored } = await client.query('SELECT FROM email_message WHERE idempotency_key LIKE $1', [
        `${run}-%`,
      ]);
      expect([10, 20]).toContain(stored.length);

      const again = await startMailApp(app);
      const done = await again.get(EmailService).sendMany(newsletter(run, 40), { batchSize: 10 });
      expect(done).toEqual({ accepted: 40 - stored.length, duplicates: stored.length, invalid: 0 });
      worker ??= await MailProcess.worker({ ...app, tasks: { ...app.tasks, worker: true } });
      const received = () => peer.received.filter(({ raw }) => raw.includes(`Subject: ${run} `));
      await until(() => received().length >= 40);
      expect(new Set(received().map(({ to }) => to[0])).size).toBe(40);
      expect(received()).toHaveLength(40);
      await again.close();
    });
  },
);
