import type { TestingModule } from '@nestjs/testing';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { EmailService } from '../../src/email/index.js';
import type { BrokerOptions } from '../../src/index.js';
import { newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { Gate } from './support/gate.js';
import { type MailAppOptions, startMailApp } from './support/mail-app.js';
import { MailProcess } from './support/mail-process.js';
import { SmtpPeer } from './support/smtp-peer.js';

const EMAILS = 60;
const LONGEST = 90_000;

describe('while messages are being sent', () => {
  const cleanUp: (() => Promise<unknown> | undefined)[] = [];
  const later = (clean: () => Promise<unknown> | undefined) => cleanUp.unshift(clean);
  afterEach(async () => {
    for (const clean of cleanUp.splice(0)) await clean();
  });

  /** A producer, and the options that workers have. */
  const office = async (databaseUrl: string, broker: BrokerOptions) => {
    const peer = new SmtpPeer();
    await peer.start();
    later(() => peer.stop());
    const options: MailAppOptions = {
      databaseUrl,
      tasks: {
        broker,
        namespace: newNamespace(),
        queues: { email: { concurrency: 4 } },
        // So slowly that there is something left to be lost.
        rateLimits: { 'email.send': '20/s' },
        worker: { lockTime: '2s', shutdownTimeout: '2s' },
      },
      email: {
        from: 'App <app@example.com>',
        transport: `smtp://127.0.0.1:${peer.port}`,
        claimLease: '1s',
        sweepInterval: '500ms',
      },
    };
    later(() => eraseNamespace(broker, options.tasks.namespace ?? ''));
    const producer = await startMailApp({ ...options, tasks: { ...options.tasks, worker: false } });
    later(() => producer.close());
    return { peer, options, producer };
  };
  const database = async (): Promise<TestDatabase> => {
    const made = await createTestDatabase();
    later(() => made.drop());
    return made;
  };
  const redis = async (): Promise<RedisServer> => {
    const server = await startRedis();
    later(() => server.stop());
    return server;
  };
  const worker = async (options: MailAppOptions): Promise<MailProcess> => {
    const started = await MailProcess.worker(options);
    later(() => started.kill());
    return started;
  };
  const send = async (producer: TestingModule, count = EMAILS): Promise<string[]> => {
    const ids: string[] = [];
    for (let number = 0; number < count; number++) {
      const email = { to: `r${number}@example.com`, subject: 'Hello', text: 'Hi' };
      ids.push((await producer.get(EmailService).send(email)).id);
    }
    return ids;
  };
  const statuses = (producer: TestingModule, ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await producer.get(EmailService).get(id))?.status));
  const allSent = async (producer: TestingModule, ids: readonly string[]) => {
    const isSent = async () => (await statuses(producer, ids)).every((status) => status === 'sent');
    await until(isSent, LONGEST);
  };
  const copies = (peer: SmtpPeer) => peer.received.flatMap(({ to }) => to).toSorted();
  const oneEach = Array.from({ length: EMAILS }, (_, number) => `r${number}@example.com`).toSorted();

  it(
    'Redis is wiped: every message is sent, once',
    async () => {
      const server = await redis();
      const { peer, options, producer } = await office((await database()).url, {
        type: 'redis',
        url: server.url,
      });
      const ids = await send(producer);
      await worker(options);
      await until(() => peer.received.length > EMAILS / 4);
      const client = new Redis(server.url);
      await client.flushall();
      client.disconnect();
      expect(peer.received.length).toBeLessThan(EMAILS);
      await allSent(producer, ids);
      expect(copies(peer)).toEqual(oneEach);
    },
    LONGEST,
  );

  it(
    'the tables of BullMQ are emptied: every message is sent, once',
    async () => {
      const { url } = await database();
      const { peer, options, producer } = await office(url, { type: 'postgres', url });
      const ids = await send(producer);
      await worker(options);
      await until(() => peer.received.length > EMAILS / 4);
      const client = new Client(url);
      await client.connect();
      later(() => client.end());
      const { rows } = await client.query<{ name: string }>(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname = $1 AND tablename NOT IN ('migration', 'celeriac_version')`,
        [options.tasks.namespace],
      );
      expect(rows.length).toBeGreaterThan(5);
      // Those who work may have locked them in another order.
      await until(() => client.query(`TRUNCATE ${rows.map(({ name }) => name).join(', ')}`));
      expect(peer.received.length).toBeLessThan(EMAILS);
      await allSent(producer, ids);
      expect(copies(peer)).toEqual(oneEach);
    },
    LONGEST,
  );

  it.each(['redis', 'postgres'] as const)(
    'the database is restarted, with tasks on %s: every message is sent, once',
    async (kind) => {
      const postgres = await OwnPostgres.start();
      later(() => postgres.stop());
      const broker: BrokerOptions =
        kind === 'redis'
          ? { type: 'redis', url: (await redis()).url }
          : { type: 'postgres', url: postgres.url };
      const { peer, options, producer } = await office(postgres.url, broker);
      const ids = await send(producer);
      await worker(options);
      await until(() => peer.received.length > EMAILS / 4);
      await postgres.restart();
      expect(peer.received.length).toBeLessThan(EMAILS);
      await allSent(producer, ids);
      expect(copies(peer)).toEqual(oneEach);
    },
    LONGEST,
  );

  describe.each(['redis', 'postgres'] as const)('a worker is paused, with tasks on %s', (kind) => {
    const start = async () => {
      const { url } = await database();
      const broker: BrokerOptions =
        kind === 'redis' ? { type: 'redis', url: (await redis()).url } : { type: 'postgres', url };
      return office(url, broker);
    };
    /** The first worker that comes to this step is paused there, until the test lets the server go on. */
    const pausedAt = (peer: SmtpPeer, step: 'rcptTo' | 'finalDot') => {
      const reached = new Gate();
      const go = new Gate();
      let first = true;
      peer.script = {
        [step]: async () => {
          if (!first) return undefined;
          first = false;
          reached.open();
          await go.opened;
          return undefined;
        },
      };
      return { reached: reached.opened, go: go.open };
    };

    it(
      'before the hand-over, past its lease: another sends the message, and it does not',
      async () => {
        const { peer, options, producer } = await start();
        const paused = pausedAt(peer, 'rcptTo');
        const first = await worker(options);
        const ids = await send(producer, 1);
        await paused.reached;
        first.signal('SIGSTOP');
        await worker(options);
        await allSent(producer, ids);
        paused.go();
        first.signal('SIGCONT');
        // It finds that its claim is lost, and closes the connection that was to take the content.
        await until(() => peer.closed > 0, LONGEST);
        expect(peer.received).toHaveLength(1);
        expect(await statuses(producer, ids)).toEqual(['sent']);
      },
      LONGEST,
    );

    it(
      'after the hand-over: the message is unknown, until the worker is back with the answer',
      async () => {
        const { peer, options, producer } = await start();
        const paused = pausedAt(peer, 'finalDot');
        const first = await worker(options);
        const [id = ''] = await send(producer, 1);
        await paused.reached;
        first.signal('SIGSTOP');
        await worker(options);
        await until(async () => (await statuses(producer, [id]))[0] === 'unknown', LONGEST);
        paused.go();
        first.signal('SIGCONT');
        await allSent(producer, [id]);
        expect(peer.received).toHaveLength(1);
      },
      LONGEST,
    );
  });
});
