import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmailService } from '../../src/email/index.js';
import { TaskBreakers, TaskEvents } from '../../src/index.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { startMailApp } from './support/mail-app.js';
import { SmtpPeer } from './support/smtp-peer.js';

const EMAILS = 30;
/** `failures` of the breaker of email.send. */
const FAILURES = 3;
const OUTAGE = process.env['CELERIAC_LONG'] ? 30_000 : 7_000;

describe.each(['redis', 'postgres'] as const)(
  'while the SMTP server is down, with the broker %s',
  (broker) => {
    const variant = { broker, lying: false };
    const namespace = newNamespace();
    const peer = new SmtpPeer();
    let database: TestDatabase;
    let app: INestApplicationContext;

    beforeAll(async () => {
      await peer.start();
      database = await createTestDatabase();
      app = await startMailApp({
        databaseUrl: database.url,
        tasks: {
          broker: brokerOptions(variant),
          namespace,
          queues: { email: { concurrency: 5 } },
          worker: { shutdownTimeout: '2s' },
        },
        email: { from: 'App <app@example.com>', transport: `smtp://127.0.0.1:${peer.port}` },
      });
    });
    afterAll(async () => {
      await app?.close();
      await database?.drop();
      await peer.stop();
      await eraseNamespace(brokerOptions(variant), namespace);
    });

    it('its breaker is open: messages wait, spend no retry, and go out by themselves when it is back', async () => {
      const emails = app.get(EmailService);
      const breakers = app.get(TaskBreakers);
      const told = { retried: 0, snoozed: 0, failed: 0 };
      for (const name of ['retried', 'snoozed', 'failed'] as const)
        app.get(TaskEvents).on(name, () => told[name]++);
      const spent: number[] = [];
      app.get(TaskEvents).on('succeeded', ({ retries }) => spent.push(retries));
      await peer.stop();
      const ids: string[] = [];
      for (let count = 0; count < EMAILS; count++) {
        ids.push((await emails.send({ to: `r${count}@example.com`, subject: 'Hello', text: 'Hi' })).id);
      }
      await until(async () => (await breakers.get('email.send')).state === 'open');
      await sleep(OUTAGE);
      expect((await breakers.get('email.send')).waiting).toBeGreaterThan(EMAILS / 2);
      expect(peer.received).toEqual([]);

      await peer.start();
      await until(() => peer.received.length === EMAILS);
      const isSent = async (id: string) => (await emails.get(id))?.status === 'sent';
      await until(async () => (await Promise.all(ids.map(isSent))).every(Boolean));
      expect((await breakers.get('email.send')).state).toBe('closed');
      expect(new Set(peer.received.flatMap(({ to }) => to)).size).toBe(EMAILS);
      expect(told.failed).toBe(0);
      // Before it was known; they have them back.
      expect(told.retried, `${told.retried} retries`).toBeLessThan(FAILURES);
      expect(spent).toEqual(ids.map(() => 0));
      // Those that found out, and one probe for each cooldown.
      expect(told.snoozed).toBeLessThan(5 + OUTAGE / 5_000 + 3);
    });
  },
);
