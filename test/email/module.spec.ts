import { Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  EmailModule,
  type EmailModuleAsyncOptions,
  type EmailModuleOptions,
  type EmailOptionsFactory,
  MissingTransactionalTasksError,
} from '../../src/email/index.js';
import { EMAIL_OPTIONS } from '../../src/email/options/resolve-email-options.js';
import { TemplateLibrary } from '../../src/email/templates/template-library.js';
import { InvalidOptionError, TasksModule, UndeclaredQueueError } from '../../src/index.js';
import { TransactionalTasksModule } from '../../src/typeorm/index.js';
import { newNamespace } from '../conformance/variant.js';
import { dataSourceOptions } from './support/data-source-options.js';
import { TemplateDirectory } from './support/template-directory.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const options: EmailModuleOptions = { from: 'app@example.com', transport: 'smtp://localhost:25' };

@Injectable()
class Settings implements EmailOptionsFactory {
  createEmailOptions = (): EmailModuleOptions => options;
}

@Module({ providers: [Settings], exports: [Settings] })
class SettingsModule {}

/** Boots only what provides the options: the rest of the module needs a database. */
async function optionsOf(asynchronous: EmailModuleAsyncOptions): Promise<object> {
  const { providers = [], imports = [] } = EmailModule.forRootAsync(asynchronous);
  const own = providers.filter(
    (provider) => provider === Settings || ('provide' in provider && provider.provide === EMAIL_OPTIONS),
  );
  const app = await Test.createTestingModule({ imports, providers: own }).compile();
  return app.get(EMAIL_OPTIONS);
}

describe('EmailModule', () => {
  describe('at boot', () => {
    const namespace = newNamespace();
    let database: TestDatabase;
    let app: TestingModule | undefined;
    beforeAll(async () => void (database = await createTestDatabase()));
    afterEach(() => app?.close());
    afterAll(() => database?.drop());

    const boot = async (imports: ModuleMetadata['imports'] = [], more: Partial<EmailModuleOptions> = {}) => {
      app = await Test.createTestingModule({
        imports: [
          TypeOrmModule.forRoot(dataSourceOptions(database.url)),
          TasksModule.forRoot({
            broker: { type: 'postgres', url: database.url },
            namespace,
            queues: { email: {} },
          }),
          EmailModule.forRoot({ ...options, ...more }),
          ...imports,
        ],
      }).compile();
      await app.init();
    };

    it('refuses an application without TransactionalTasksModule, and names the import', async () => {
      const error: unknown = await boot().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(MissingTransactionalTasksError);
      expect(String(error)).toMatch(
        /is not imported.*'celeriac\/typeorm'.*TransactionalTasksModule\.forRoot\(\)/,
      );
    });

    it('refuses one whose calls are made in transactions of another DataSource', async () => {
      const other = { ...dataSourceOptions(database.url), name: 'other', migrationsRun: false };
      const imports = [
        TypeOrmModule.forRoot(other),
        TransactionalTasksModule.forRoot({ dataSource: 'other' }),
      ];
      await expect(boot(imports)).rejects.toThrow(/TransactionalTasksModule uses another DataSource/);
    });

    it('refuses a queue that TasksModule does not declare', async () => {
      const booted = boot([TransactionalTasksModule.forRoot()], { queue: 'post' });
      await expect(booted).rejects.toThrow(UndeclaredQueueError);
    });

    it('refuses a class of urgent messages on a queue without priorities', async () => {
      const booted = boot([TransactionalTasksModule.forRoot()], {
        messageClasses: { alarm: { priority: 'high' } },
      });
      await expect(booted).rejects.toThrow(
        'EmailModule, class "alarm": option "priority" is "high", but the queue "email" has no priorities',
      );
    });
  });

  it.each<[string, EmailModuleAsyncOptions]>([
    ['useFactory', { useFactory: () => options }],
    [
      'useFactory with inject',
      {
        imports: [SettingsModule],
        inject: [Settings],
        useFactory: (settings: Settings) => Promise.resolve(settings.createEmailOptions()),
      },
    ],
    ['useClass', { useClass: Settings }],
    ['useExisting', { imports: [SettingsModule], useExisting: Settings }],
  ])('takes its options from %s', async (_how, asynchronous) => {
    expect(await optionsOf(asynchronous)).toMatchObject({
      queue: 'email',
      transports: { default: 'smtp://localhost:25' },
    });
  });

  it('checks them wherever they come from', async () => {
    expect(() => EmailModule.forRoot({ ...options, from: 'app' })).toThrow(InvalidOptionError);
    const wrong = optionsOf({ useFactory: () => ({ ...options, from: 'app' }) });
    await expect(wrong).rejects.toThrow(InvalidOptionError);
  });

  it('does not boot with a template that is broken, and says where', async () => {
    await using templates = await TemplateDirectory.create({ 'layouts/main.html.liquid': '\n{% if %}' });
    const { providers = [] } = EmailModule.forRoot({ ...options, templates: { directory: templates.path } });
    const needed = [EMAIL_OPTIONS, TemplateLibrary];
    const own = providers.filter((one) => 'provide' in one && needed.includes(one.provide as symbol));
    await expect(Test.createTestingModule({ providers: own }).compile()).rejects.toThrow(
      'The e-mail template layouts/main.html.liquid, line 2',
    );
  });
});
