import { getQueueToken } from '@nestjs/bullmq';
import type { Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Queue } from 'bullmq';
import { DataSource } from 'typeorm';
import { vi } from 'vitest';
import {
  EmailAttachments,
  EmailBlockListService,
  type EmailInput,
  EmailModule,
  type EmailModuleExtras,
  type EmailModuleOptions,
  EmailPreprocessService,
  EmailRetention,
  EmailService,
  EmailTasks,
  EmailTemplates,
  type EmailView,
  type SendResult,
} from '../../../src/email/index.js';
import {
  type BrokerOptions,
  type QueueOptions,
  TaskBreakers,
  type TaskResult,
  TasksModule,
  TasksService,
} from '../../../src/index.js';
import { EmailOutbox } from '../../../src/email/outbox/email-outbox.js';
import { EmailEnqueueService } from '../../../src/email/submission/email-enqueue.service.js';
import { EmailSubmission } from '../../../src/email/submission/email-submission.js';
import { EmailSweep } from '../../../src/email/recovery/email-sweep.js';
import { taskScope } from '../../../src/tasks/context/task-scope.js';
import type { Envelope } from '../../../src/tasks/envelope/envelope.js';
import { TransactionalTasksModule } from '../../../src/typeorm/index.js';
import { newNamespace } from '../../conformance/variant.js';
import { eraseNamespace } from '../../support/erase-namespace.js';
import { until } from '../../support/until.js';
import { dataSourceOptions } from './data-source-options.js';
import type { MailAppOptions } from './mail-app.js';
import { SmtpPeer } from './smtp-peer.js';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.js';

/** A call of `email.send` that is made and not yet taken up. */
export interface WaitingCall {
  readonly id: string;
  readonly args: readonly unknown[];
  /** In ms. */
  readonly eta: number | undefined;
}

type Overrides = { [K in keyof EmailModuleOptions]?: EmailModuleOptions[K] | undefined } & EmailModuleExtras;

/**
 * The e-mail module on a real Postgres, a real broker and a real SMTP server. The test is the worker, and the sweep's
 * clock.
 */
export class Outbox {
  readonly peer = new SmtpPeer();
  private readonly namespace = newNamespace();
  private broker?: BrokerOptions;
  private database?: TestDatabase;
  private options: Overrides = {};
  private emailQueue: QueueOptions = {};
  private app?: TestingModule;

  /** With tasks in the same Postgres, unless a Redis is named. */
  async start(options: Overrides = {}, redisUrl?: string, queue: QueueOptions = {}): Promise<this> {
    await this.peer.start();
    this.database = await createTestDatabase();
    this.broker = redisUrl ? { type: 'redis', url: redisUrl } : { type: 'postgres', url: this.database.url };
    this.options = options;
    this.emailQueue = queue;
    const { databaseUrl, tasks, email } = this.settings;
    this.app = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot(dataSourceOptions(databaseUrl)),
        TasksModule.forRoot(tasks),
        TransactionalTasksModule.forRoot(),
        EmailModule.forRoot(email),
      ],
    }).compile();
    vi.spyOn(this.sweep, 'start').mockReturnValue();
    await this.app.init();
    return this;
  }

  async stop(): Promise<void> {
    await this.app?.close();
    if (this.broker) await eraseNamespace(this.broker, this.namespace);
    await this.database?.drop();
    await this.peer.stop();
  }

  async reset(): Promise<void> {
    this.peer.reset();
    await this.db.query(
      'TRUNCATE email_message, email_block, email_content, email_content_draft, email_content_chunk, celeriac_call CASCADE',
    );
    await this.forgetCalls();
  }

  /** The broker loses what it has. */
  forgetCalls(): Promise<void> {
    return this.queue.obliterate({ force: true });
  }

  /** What an application on the same outbox is made of. */
  get settings(): MailAppOptions {
    if (!this.broker || !this.database) throw new Error('start it first');
    return {
      databaseUrl: this.database.url,
      tasks: { broker: this.broker, namespace: this.namespace, queues: { email: this.emailQueue } },
      email: {
        from: 'App <app@example.com>',
        transport: `smtp://127.0.0.1:${this.peer.port}`,
        ...this.options,
      } as EmailModuleOptions & EmailModuleExtras,
    };
  }

  get db(): DataSource {
    return this.of(DataSource);
  }
  get service(): EmailService {
    return this.of(EmailService);
  }
  get preprocessor(): EmailPreprocessService {
    return this.of(EmailPreprocessService);
  }
  get breakers(): TaskBreakers {
    return this.of(TaskBreakers);
  }
  get attachments(): EmailAttachments {
    return this.of(EmailAttachments);
  }
  get templates(): EmailTemplates {
    return this.of(EmailTemplates);
  }
  get lists(): EmailBlockListService {
    return this.of(EmailBlockListService);
  }
  get claims(): EmailOutbox {
    return this.of(EmailOutbox);
  }
  get enqueuer(): EmailEnqueueService {
    return this.of(EmailEnqueueService);
  }
  get submission(): EmailSubmission {
    return this.of(EmailSubmission);
  }
  get retention(): EmailRetention {
    return this.of(EmailRetention);
  }
  get sweep(): EmailSweep {
    return this.of(EmailSweep);
  }

  /** Stores a message and calls its task; its id. */
  async accept(input: Partial<EmailInput> = {}): Promise<string> {
    const { id } = await this.service.send({ to: 'a@example.com', subject: 'Hello', text: 'Hi', ...input });
    return id;
  }

  /** Every call there is, with the broker or still on its way there. */
  async calls(): Promise<WaitingCall[]> {
    const unpublished: { id: string; envelope: Envelope }[] = await this.db.query(
      'SELECT id, envelope FROM celeriac_call',
    );
    // In this order: what is published in between is seen twice rather than not at all.
    const published = await this.queue.getJobs(['waiting', 'prioritized', 'delayed']);
    const envelopes = new Map<string, Envelope>([
      ...unpublished.map(({ id, envelope }) => [id, envelope] as const),
      ...published.map(({ id, data }) => [id ?? '', data as Envelope] as const),
    ]);
    return [...envelopes].map(([id, { args, options }]) => ({ id, args, eta: options.eta }));
  }

  /** Of every call the broker has; 1 runs first. */
  async priorities(): Promise<(number | undefined)[]> {
    const jobs = await this.queue.getJobs(['waiting', 'prioritized', 'delayed']);
    return jobs.map(({ opts }) => opts.priority);
  }

  /** Waits until the broker has been told of every call. */
  async published(): Promise<void> {
    await until(async () => (await this.db.query('SELECT 1 FROM celeriac_call')).length === 0);
  }

  result(callId: string): TaskResult {
    return this.of(TasksService).result(callId);
  }

  async callIds(): Promise<string[]> {
    return (await this.calls()).map(({ id }) => id).toSorted();
  }

  /** Runs `email.send` once, as a worker would. */
  run(id: string, delivery: { retries?: number; signal?: AbortSignal } = {}): Promise<SendResult> {
    const { retries = 0, signal = new AbortController().signal } = delivery;
    const scope = {
      id: `email.mail-${id}`,
      name: 'email.send',
      queue: 'email',
      headers: {},
      retries,
      signal,
      saveProgress: () => Promise.resolve(),
      appendLog: () => Promise.resolve(),
      extendLimits: () => undefined,
      beginShield: () => undefined,
      endShield: () => undefined,
      completeWithin: () => Promise.resolve(),
    };
    return taskScope.run(scope, () => this.of(EmailTasks).send(id));
  }

  /** Runs it, and gives the control flow or the error that it ended with. */
  async runInVain(id: string, delivery?: { retries?: number; signal?: AbortSignal }): Promise<Error> {
    const result = await this.run(id, delivery).catch((error: Error) => error);
    if (result instanceof Error) return result;
    throw new Error(`it did not throw but returned ${JSON.stringify(result)}`);
  }

  async view(id: string): Promise<EmailView> {
    const email = await this.service.get(id);
    if (!email) throw new Error(`no e-mail ${id}`);
    return email;
  }

  private get queue(): Queue {
    return this.of(getQueueToken('email'));
  }

  private of<T>(token: Type<T> | string): T {
    if (!this.app) throw new Error('start it first');
    return this.app.get(token);
  }
}
