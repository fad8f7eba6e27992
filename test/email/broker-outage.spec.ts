import type { INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmailService } from '../../src/email/index.js';
import { CallDispatcher } from '../../src/typeorm/index.js';
import { newNamespace } from '../conformance/variant.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { startMailApp } from './support/mail-app.js';
import { SmtpPeer } from './support/smtp-peer.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const EMAILS = 20;

describe('while Redis is away', () => {
  const peer = new SmtpPeer();
  let redis: RedisServer;
  let database: TestDatabase;
  let app: INestApplicationContext;

  beforeAll(async () => {
    await peer.start();
    redis = await startRedis();
    database = await createTestDatabase();
    app = await startMailApp({
      databaseUrl: database.url,
      tasks: {
        broker: { type: 'redis', url: redis.url },
        namespace: newNamespace(),
        queues: { email: {} },
        enqueueTimeout: '1s',
        worker: { shutdownTimeout: '2s' },
      },
      email: {
        from: 'App <app@example.com>',
        transport: `smtp://127.0.0.1:${peer.port}`,
        sweepInterval: '1h',
      },
    });
  });
  afterAll(async () => {
    await app?.close();
    await redis?.stop();
    await database?.drop();
    await peer.stop();
  });

  it('e-mails are accepted as ever, and sent once when it is back', async () => {
    const emails = app.get(EmailService);
    const ids: string[] = [];
    await redis.kill();
    const began = performance.now();
    for (let count = 0; count < EMAILS; count++) {
      const { id, status } = await emails.send({ to: `r${count}@example.com`, subject: 'Hello', text: 'Hi' });
      expect(status).toBe('pending');
      ids.push(id);
    }
    expect((performance.now() - began) / EMAILS).toBeLessThan(200);
    expect(await app.get(CallDispatcher).backlog()).toMatchObject({ waiting: EMAILS });
    expect(peer.received).toEqual([]);

    await redis.start();
    const isSent = async (id: string) => (await emails.get(id))?.status === 'sent';
    await until(async () => (await Promise.all(ids.map(isSent))).every(Boolean));
    expect(peer.received).toHaveLength(EMAILS);
    expect(new Set(peer.received.flatMap(({ to }) => to)).size).toBe(EMAILS);
    await until(async () => (await app.get(CallDispatcher).backlog()).waiting === 0);
  });
});
