import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import {
  EmailModule,
  type EmailModuleAsyncOptions,
  type EmailModuleOptions,
  type EmailOptionsFactory,
} from '../../src/email/index.js';
import { EMAIL_OPTIONS } from '../../src/email/options/resolve-email-options.js';
import { InvalidOptionError } from '../../src/tasks/index.js';

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
  const own = providers.filter((provider) => 'provide' in provider || provider === Settings);
  const app = await Test.createTestingModule({ imports, providers: own }).compile();
  return app.get(EMAIL_OPTIONS);
}

describe('EmailModule', () => {
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
    expect(await optionsOf(asynchronous)).toMatchObject({ queue: 'email', transport: 'smtp://localhost:25' });
  });

  it('checks them wherever they come from', async () => {
    expect(() => EmailModule.forRoot({ ...options, from: 'app' })).toThrow(InvalidOptionError);
    const wrong = optionsOf({ useFactory: () => ({ ...options, from: 'app' }) });
    await expect(wrong).rejects.toThrow(InvalidOptionError);
  });
});
