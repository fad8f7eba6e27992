import type { INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  EmailBlockListService,
  type EmailInput,
  EmailPreprocessService,
  EmailService,
  type EmailView,
} from '../../src/email/index.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import { Gate } from './support/gate.js';
import { type MailAppOptions, startMailApp } from './support/mail-app.js';
import { MailProcess } from './support/mail-process.js';
import { SmtpPeer } from './support/smtp-peer.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe.each(['redis', 'postgres'] as const)('an e-mail, with tasks on %s', (broker) => {
  const namespace = newNamespace();
  const options = brokerOptions({ broker, lying: false });
  const peer = new SmtpPeer();
  let database: TestDatabase;
  let app: INestApplicationContext;
  const workers: MailProcess[] = [];

  const mailApp = (worker: boolean): MailAppOptions => ({
    databaseUrl: database.url,
    tasks: {
      broker: options,
      namespace,
      queues: { email: {} },
      worker: worker && { lockTime: '2s', shutdownTimeout: '2s' },
    },
    email: {
      from: 'App <app@example.com>',
      transport: `smtp://127.0.0.1:${peer.port}`,
      claimLease: '2s',
      sweepInterval: '100ms',
    },
  });
  const startWorker = async () => {
    const worker = await MailProcess.worker(mailApp(true));
    workers.push(worker);
    return worker;
  };

  beforeAll(async () => {
    await peer.start();
    database = await createTestDatabase();
    app = await startMailApp(mailApp(false));
  });
  afterAll(async () => {
    for (const worker of workers) await worker.kill();
    await app?.close();
    await eraseNamespace(options, namespace);
    await database?.drop();
    await peer.stop();
  });

  const accept = async (input: Partial<EmailInput> = {}): Promise<string> =>
    (await app.get(EmailService).send({ to: 'a@example.com', subject: 'Hello', text: 'Hi', ...input })).id;
  const view = (id: string) => app.get(EmailService).get(id) as Promise<EmailView>;
  const isOver = async (id: string) =>
    !['pending', 'claimed', 'handed_over', 'deferred'].includes((await view(id)).status);
  const copies = (id: string) =>
    peer.received.filter(({ raw }) => raw.includes(`Message-ID: <${id}@example.com>`));

  it('is sent, refused or blocked by a worker, each one once', async () => {
    const worker = await startWorker();
    await app.get(EmailBlockListService).deny('@blocked.test', { reason: 'bounced' });
    const putOff = new Set<string>();
    peer.script = {
      rcptTo: (address) => {
        if (address.endsWith('@refused.test')) return { code: 550, text: 'no such user' };
        if (!address.endsWith('@busy.test') || putOff.has(address)) return undefined;
        putOff.add(address);
        return { code: 452, text: '4.5.3 too many recipients' };
      },
    };
    const domains = ['fine.test', 'refused.test', 'blocked.test', 'busy.test'];
    const accepted = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const domain = domains[index % domains.length] ?? '';
        return { domain, id: await accept({ to: `r${index}@${domain}` }) };
      }),
    );
    await until(async () => (await Promise.all(accepted.map(({ id }) => isOver(id)))).every(Boolean));
    for (const { id, domain } of accepted) {
      const { status, reason } = await view(id);
      const expected = { 'refused.test': 'failed', 'blocked.test': 'blocked' }[domain] ?? 'sent';
      expect({ domain, status, copies: copies(id).length }).toEqual({
        domain,
        status: expected,
        copies: expected === 'sent' ? 1 : 0,
      });
      expect(reason === null).toBe(expected === 'sent');
    }
    await worker.kill();
  });

  it('is sent by the sweep when it was stored by the first step alone', async () => {
    const { id } = await app.get(EmailPreprocessService).preprocess({
      to: 'a@example.com',
      subject: 'Hello',
      text: 'Hi',
    });
    const worker = await startWorker();
    await until(() => isOver(id));
    expect(copies(id)).toHaveLength(1);
    await worker.kill();
  });

  const diesAt = async (step: 'rcptTo' | 'finalDot'): Promise<string> => {
    const reached = new Gate();
    const killed = new Gate();
    peer.script = {
      [step]: async () => {
        reached.open();
        await killed.opened;
        return { code: 451, text: 'the client has gone' };
      },
    };
    const first = await startWorker();
    const id = await accept();
    await reached.opened;
    await first.kill();
    killed.open();
    peer.script = {};
    return id;
  };

  it('is sent once, by the next worker, when the first is killed before the server has the content', async () => {
    const id = await diesAt('rcptTo');
    expect(await view(id)).toMatchObject({ status: 'claimed', emailHasBeenSent: false });
    const worker = await startWorker();
    await until(() => isOver(id));
    expect(await view(id)).toMatchObject({ status: 'sent', reason: null, attempts: 2 });
    expect(copies(id)).toHaveLength(1);
    await worker.kill();
  });

  it('is unknown, and not sent by the next worker, when the first is killed after that', async () => {
    const id = await diesAt('finalDot');
    expect(await view(id)).toMatchObject({ status: 'handed_over', emailHasBeenSent: false });
    await startWorker();
    await until(() => isOver(id));
    expect(await view(id)).toMatchObject({ status: 'unknown', attempts: 1, emailHasBeenSent: false });
    expect(copies(id)).toEqual([]);
  });
});
