import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EmailModule, type EmailRate } from '../email/index.js';
import { type Rate, SchedulesModule, TasksModule } from '../index.js';
import { HealthModule } from '../health/index.js';
import { MetricsModule } from '../metrics/index.js';
import { NotificationsModule } from '../notifications/index.js';
import { SentryModule } from '../sentry/index.js';
import { TransactionalTasksModule } from '../typeorm/index.js';
import { AttachmentsController } from './attachments/attachments.controller.js';
import { APP_CONFIG, type AppConfig } from './config/app-config.js';
import { dataSourceOptions, openDataSource } from './data-source.js';
import { BlockListController } from './emails/block-list.controller.js';
import { EmailsController } from './emails/emails.controller.js';
import { DevelopmentInbox } from './inbox/development-inbox.js';
import { InboxController } from './inbox/inbox.controller.js';
import { TemplatesController } from './templates/templates.controller.js';

/** What the application stands on, opened before it and closed after it. */
export interface Foundation {
  readonly databaseUrl: string;
  /** Where e-mails are handed over. */
  readonly smtpUrl: string;
  readonly inbox: DevelopmentInbox | undefined;
}

/** What tells whether it works: probes, metrics, Sentry, a webhook. */
function watching({ role, apiToken, sentryDsn, webhookUrl }: AppConfig): DynamicModule[] {
  const http = role !== 'worker';
  const access = apiToken === undefined ? {} : { token: apiToken };
  return [
    HealthModule.forRoot({ controller: http, ...access }),
    ...(http ? [SchedulesModule.forRoot(access)] : []),
    MetricsModule.forRoot({ path: http ? '/metrics' : null, ...access }),
    ...(sentryDsn === undefined ? [] : [SentryModule.forRoot({ dsn: sentryDsn })]),
    ...(webhookUrl === undefined ? [] : [NotificationsModule.forRoot({ webhook: webhookUrl })]),
  ];
}

/** The e-mail service: an HTTP face, an outbox, a queue, workers. */
@Module({})
export class AppModule {
  static from(config: AppConfig, { databaseUrl, smtpUrl, inbox }: Foundation): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...dataSourceOptions(databaseUrl),
            retryAttempts: 5,
            retryDelay: 1000,
          }),
          dataSourceFactory: (options) => openDataSource(options!),
        }),
        TasksModule.forRoot({
          broker: config.redisUrl
            ? { type: 'redis', url: config.redisUrl }
            : { type: 'postgres', url: databaseUrl },
          namespace: config.namespace,
          queues: { email: { concurrency: 20, priorities: true }, default: {} },
          rateLimits: { 'email.send': config.sendRate as Rate },
          worker: config.role !== 'web',
        }),
        TransactionalTasksModule.forRoot(),
        ...watching(config),
        EmailModule.forRoot({
          from: config.mailFrom,
          transport: smtpUrl,
          perRecipient: config.perRecipient as EmailRate,
          ...(config.templates && { templates: { directory: config.templates } }),
        }),
      ],
      controllers:
        config.role === 'worker'
          ? []
          : [
              EmailsController,
              AttachmentsController,
              TemplatesController,
              BlockListController,
              ...(inbox ? [InboxController] : []),
            ],
      providers: [
        { provide: APP_CONFIG, useValue: config },
        ...(inbox ? [{ provide: DevelopmentInbox, useValue: inbox }] : []),
      ],
    };
  }
}
