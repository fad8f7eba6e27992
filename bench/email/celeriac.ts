import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  EMAIL_ENTITIES,
  EMAIL_MIGRATIONS,
  EmailHooks,
  EmailModule,
  EmailService,
} from '../../src/email/index.js';
import { TaskEvents, TasksModule } from '../../src/index.js';
import {
  CALL_TABLE_ENTITIES,
  CALL_TABLE_MIGRATIONS,
  TransactionalTasksModule,
} from '../../src/typeorm/index.js';
import { content, recipient } from './content.js';
import type { EmailFigures, EmailOrder } from './order.js';
import { Stages } from './stages.js';

/** The whole way, in one process: stored, called, claimed, checked, sent, written down. */
export async function sendWithCeleriac(order: EmailOrder): Promise<EmailFigures> {
  const { smtpPort, connections, messages, databaseUrl, redisUrl, namespace } = order;
  @Module({
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url: databaseUrl,
        entities: [...EMAIL_ENTITIES, ...CALL_TABLE_ENTITIES],
        migrations: [...EMAIL_MIGRATIONS, ...CALL_TABLE_MIGRATIONS],
        migrationsRun: true,
        extra: { max: 30 },
      }),
      TasksModule.forRoot({
        broker: { type: 'redis', url: redisUrl },
        namespace,
        queues: { email: { concurrency: connections * 2 } },
        rateLimits: { 'email.send': '100000/s' },
        worker: true,
      }),
      TransactionalTasksModule.forRoot(),
      EmailModule.forRoot({
        from: 'App <app@example.com>',
        transport: { host: '127.0.0.1', port: smtpPort, maxConnections: connections, maxMessages: 1e9 },
        providers: [Stages, { provide: EmailHooks, useExisting: Stages }],
      }),
    ],
  })
  class App {}
  const app = await NestFactory.createApplicationContext(App, { logger: ['error', 'warn'] });
  const emails = app.get(EmailService);
  let sent = 0;
  let told: (() => void) | undefined;
  app.get(TaskEvents).on('succeeded', () => {
    sent++;
    told?.();
  });
  const reached = (count: number) =>
    new Promise<void>((resolve) => {
      told = () => void (sent >= count && resolve());
      told();
    });
  await emails.send({ to: recipient(0), ...content(0) });
  await reached(1);

  const began = performance.now();
  await emails.sendMany(newsletter(messages));
  const accepted = (performance.now() - began) / messages;
  await reached(messages + 1);
  const seconds = (performance.now() - began) / 1_000;
  const stages = { accept: accepted, ...app.get(Stages).means() };
  await app.close();
  return { rate: messages / seconds, stages };
}

function* newsletter(messages: number) {
  for (let number = 0; number < messages; number++) yield { to: recipient(number), ...content(number) };
}
