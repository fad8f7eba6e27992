import { Global, Module, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import {
  EMAIL_ENTITIES,
  EMAIL_MIGRATIONS,
  EmailBlockListService,
  type EmailInput,
  EmailModule,
  type EmailModuleOptions,
  EmailPreprocessService,
  EmailService,
  EmailTasks,
  type EmailView,
  type SendResult,
} from '../../../src/email/index.js';
import { EmailOutbox } from '../../../src/email/outbox/email-outbox.js';
import { EmailSweep } from '../../../src/email/sweep/email-sweep.js';
import { taskScope } from '../../../src/tasks/context/task-scope.js';
import { getTasksToken, TaskContext } from '../../../src/tasks/index.js';
import { RecordedTasks } from './recorded-tasks.js';
import { SmtpPeer } from './smtp-peer.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** The e-mail module on a real Postgres and a real SMTP server; the test is the worker. */
export class Outbox {
  readonly tasks = new RecordedTasks();
  readonly peer = new SmtpPeer();
  private database?: TestDatabase;
  private app?: TestingModule;

  async start(options: Partial<EmailModuleOptions> = {}): Promise<this> {
    await this.peer.start();
    this.database = await createTestDatabase();
    this.app = await Test.createTestingModule({
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: this.database.url,
          entities: [...EMAIL_ENTITIES],
          migrations: [...EMAIL_MIGRATIONS],
          migrationsRun: true,
        }),
        recordedTasksModule(this.tasks),
        EmailModule.forRoot({
          from: 'App <app@example.com>',
          transport: `smtp://127.0.0.1:${this.peer.port}`,
          sweepInterval: '1h',
          ...options,
        }),
      ],
    }).compile();
    return this;
  }

  async stop(): Promise<void> {
    await this.app?.close();
    await this.database?.drop();
    await this.peer.stop();
  }

  async reset(): Promise<void> {
    this.peer.reset();
    this.tasks.calls.length = 0;
    this.tasks.failure = undefined;
    await this.db.query('TRUNCATE email_message, email_block CASCADE');
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
  get lists(): EmailBlockListService {
    return this.of(EmailBlockListService);
  }
  get claims(): EmailOutbox {
    return this.of(EmailOutbox);
  }
  get sweep(): EmailSweep {
    return this.of(EmailSweep);
  }

  /** Stores a message; its id. */
  async accept(input: Partial<EmailInput> = {}): Promise<string> {
    const { id } = await this.service.send({ to: 'a@example.com', subject: 'Hello', text: 'Hi', ...input });
    return id;
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

  private of<T>(token: Type<T>): T {
    if (!this.app) throw new Error('start it first');
    return this.app.get(token);
  }

  async view(id: string): Promise<EmailView> {
    const email = await this.service.get(id);
    if (!email) throw new Error(`no e-mail ${id}`);
    return email;
  }
}

function recordedTasksModule(tasks: RecordedTasks) {
  @Global()
  @Module({
    providers: [TaskContext, { provide: getTasksToken(EmailTasks), useValue: tasks }],
    exports: [TaskContext, getTasksToken(EmailTasks)],
  })
  class RecordedTasksModule {}
  return RecordedTasksModule;
}
