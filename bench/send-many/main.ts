import { DataSource } from 'typeorm';
import { EmailService, type SendManyProgress } from '../../src/email/index.js';
import type { BrokerOptions } from '../../src/index.js';
import { startMailApp } from '../../test/email/support/mail-app.js';
import { TemplateDirectory } from '../../test/email/support/template-directory.js';
import { newNamespace } from '../../test/conformance/variant.js';
import { eraseNamespace } from '../../test/support/erase-namespace.js';
import services from '../../test/support/services.js';
import { createTestDatabase } from '../../test/support/test-database.js';
import { KINDS, type Kind, messagesOf, TEMPLATES } from './messages.js';

const COUNT = 20_000;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** Messages per second that sendMany() accepts: row, recipient, event and call, committed. */
async function measure(broker: 'redis' | 'postgres', kind: Kind, count: number, templates: string) {
  const database = await createTestDatabase();
  const namespace = newNamespace();
  const options: BrokerOptions =
    broker === 'redis'
      ? { type: 'redis', url: process.env['REDIS_URL'] ?? '' }
      : { type: 'postgres', url: database.url };
  const app = await startMailApp({
    databaseUrl: database.url,
    tasks: { broker: options, namespace, queues: { email: {} } },
    email: {
      from: 'app@example.com',
      transport: 'smtp://127.0.0.1:1',
      templates: { directory: templates },
      messageClasses: { late: { renderAt: 'prepare' } },
    },
  });
  try {
    const emails = app.get(EmailService);
    await emails.sendMany(messagesOf(kind, 2_000, 'warm'));
    const started = performance.now();
    const done: SendManyProgress = await emails.sendMany(messagesOf(kind, count, 'run'));
    const seconds = (performance.now() - started) / 1_000;
    const [{ left }] = (await app
      .get(DataSource)
      .query('SELECT count(*)::int AS left FROM celeriac_call')) as [{ left: number }];
    if (done.accepted !== count) throw new Error(`only ${done.accepted} of ${count} were accepted`);
    const rate = Math.round(count / seconds).toLocaleString('en');
    say(
      `${broker.padEnd(9)} ${kind.padEnd(18)} ${rate.padStart(7)} messages/s (${left} calls not published yet)`,
    );
  } finally {
    await app.close();
    await eraseNamespace(options, namespace);
    await database.drop();
  }
}

const stop = await services();
try {
  await using templates = await TemplateDirectory.create(TEMPLATES);
  for (const broker of ['redis', 'postgres'] as const)
    for (const kind of KINDS) await measure(broker, kind, Number(process.argv[2] ?? COUNT), templates.path);
} finally {
  await stop();
}
