import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestingModule } from '@nestjs/testing';
import { EmailService } from '../../src/email/index.js';
import { Command } from '../cli/support/command.js';
import { newNamespace } from '../conformance/variant.js';
import { brokerOf } from './support/broker-of.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { type MailAppOptions, startMailApp } from './support/mail-app.js';
import { SmtpPeer } from './support/smtp-peer.js';

const APP = fileURLToPath(new URL('./fixtures/mail-app.module.js', import.meta.url));
/** Longer than the stop of a worker takes with all that is added to its shutdownTimeout. */
const SLOW = 12_000;

describe.each([
  ['redis', 'async'],
  ['postgres', 'prefork'],
] as const)('a deploy, with tasks on %s and the %s pool', (broker, pool) => {
  const peer = new SmtpPeer();
  let database: TestDatabase;
  let options: MailAppOptions;
  let producer: TestingModule;
  let command: Command | undefined;

  beforeAll(async () => {
    await peer.start();
    database = await createTestDatabase();
    options = {
      databaseUrl: database.url,
      tasks: {
        broker: brokerOf(broker, database.url),
        namespace: newNamespace(),
        queues: { email: { concurrency: 4 } },
      },
      email: {
        from: 'App <app@example.com>',
        transport: `smtp://127.0.0.1:${peer.port}`,
        claimLease: '3s',
        sweepInterval: '1s',
      },
    };
    producer = await startMailApp(options);
  });
  afterAll(async () => {
    await command?.stop('SIGKILL');
    await producer?.close();
    if (options) await eraseNamespace(options.tasks.broker, options.tasks.namespace ?? '');
    await database?.drop();
    await peer.stop();
  });

  it('waits for the answers of a slow SMTP server, and leaves no message unknown', async () => {
    const emails = producer.get(EmailService);
    const send = async (to: string) => (await emails.send({ to, subject: 'Hello', text: 'Hi' })).id;
    const status = async (id: string) => (await emails.get(id))?.status;
    peer.script = {
      finalDot: async () => {
        await sleep(SLOW);
        return undefined;
      },
      rcptTo: async (address) => {
        if (address.startsWith('late')) await sleep(SLOW);
        return undefined;
      },
    };
    command = Command.run(
      ['worker', '--app', APP, '--pool', pool, '--concurrency', '4', '--shutdown-timeout', '1s'],
      { MAIL_APP: JSON.stringify(options) },
    );
    await command.ready();
    const slow = await Promise.all(['a', 'b', 'c'].map((name) => send(`${name}@example.com`)));
    const late = await send('late@example.com');
    await until(
      async () => (await Promise.all(slow.map(status))).every((one) => one === 'handed_over'),
      30_000,
    );
    await until(async () => (await status(late)) === 'claimed');

    expect(await command.stop('SIGTERM')).toBe(0);
    command = undefined;
    expect(await Promise.all(slow.map(status))).toEqual(['sent', 'sent', 'sent']);
    expect(await status(late)).toMatch(/pending|claimed/);
    expect(peer.received).toHaveLength(3);

    peer.script = {};
    command = Command.run(['worker', '--app', APP], { MAIL_APP: JSON.stringify(options) });
    await until(async () => (await status(late)) === 'sent');
    expect(await command.stop('SIGTERM')).toBe(0);
    command = undefined;
    expect(peer.received).toHaveLength(4);
  });
});
