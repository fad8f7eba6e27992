import * as Sentry from '@sentry/node';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmailService } from '../../src/email/index.js';
import { TaskEvents } from '../../src/index.js';
import { SentryModule } from '../../src/sentry/index.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { mailAppImports } from '../email/support/mail-app.js';
import { ScriptedSmtp } from '../email/support/scripted-smtp.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';
import { DsnServer } from './support/dsn-server.js';

const MESSAGE = {
  to: 'Jane Doe <jane.doe@secret.example>',
  subject: 'Confidential: your diagnosis',
  text: 'It is nothing serious.',
  idempotencyKey: 'order-7',
};

describe('e-mail that a server refuses for now, with every attempt reported and every span recorded', () => {
  const broker = brokerOptions({ broker: 'redis', lying: false });
  const namespace = newNamespace();
  const smtp = new ScriptedSmtp();
  let database: TestDatabase;
  let server: DsnServer;
  let app: TestingModule;

  beforeAll(async () => {
    [database, server] = await Promise.all([createTestDatabase(), DsnServer.start(), smtp.start()]);
    smtp.script.rcpt = (address) => `451 4.7.1 <${address}>: come back later`;
    const imports = mailAppImports({
      databaseUrl: database.url,
      tasks: { broker, namespace, queues: { default: {}, email: {} }, worker: true },
      email: { from: 'Shop <shop@sender.example>', transport: `smtp://127.0.0.1:${smtp.port}` },
    });
    const sentry = SentryModule.forRoot({
      dsn: server.dsn,
      tracesSampleRate: 1,
      report: 'every',
      sendArguments: true,
    });
    app = await Test.createTestingModule({ imports: [...imports, sentry] }).compile();
    await app.init();

    const failed: string[] = [];
    app.get(TaskEvents).onEach(['retried', 'failed'], (_name, { task }) => failed.push(task));
    await Sentry.startSpan({ name: 'POST /emails', op: 'http.server' }, () =>
      app.get(EmailService).send(MESSAGE),
    );
    await until(() => failed.includes('email.send'));
    await app.close();
    await until(() => server.spans.some(({ name }) => name === 'email.send'));
  });
  afterAll(async () => {
    server.stop();
    await Promise.all([smtp.stop(), database.drop(), eraseNamespace(broker, namespace)]);
  });

  it('is one trace from the request to the attempt and its event', () => {
    const request = server.spans.find(({ name }) => name === 'POST /emails');
    const attempt = server.spans.find(({ attributes }) => attributes['sentry.op']?.value === 'queue.process');
    expect(attempt?.trace_id).toBe(request?.trace_id);
    const [event] = server.events;
    expect(event?.contexts.trace.trace_id).toBe(request?.trace_id);
    expect(event).toMatchObject({ level: 'warning', tags: { task: 'email.send' } });
    expect(event?.exception?.values.at(-1)?.value).toContain('<[address]>: come back later');
  });

  it('says nothing of whom it is for, nor of what it says', () => {
    for (const text of ['secret.example', 'sender.example', 'jane', 'Jane', 'diagnosis', 'nothing serious'])
      expect(server.sent).not.toContain(text);
  });
});
