import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CeleriacLogger } from '../logging/index.js';
import { AppModule } from './app.module.js';
import type { AppConfig } from './config/app-config.js';
import { openDatabase } from './database.js';
import { startHttpApplication } from './http-application.js';
import { DevelopmentInbox } from './inbox/development-inbox.js';

/** The running e-mail service. */
export interface Application {
  /** Where it answers; undefined in a worker. */
  readonly url: string | undefined;
  /** What it stands on, for people. */
  readonly database: string;
  /** Stops taking work, waits for what runs, and closes what was opened. */
  stop(): Promise<void>;
}

/** Opens what the service stands on, then boots it. */
export async function startApplication(config: AppConfig): Promise<Application> {
  const database = await openDatabase(config);
  const inbox = config.smtpUrl === undefined ? await DevelopmentInbox.open() : undefined;
  const closeFoundation = async () => {
    await inbox?.close();
    await database.release();
  };
  try {
    const smtpUrl = config.smtpUrl ?? inbox!.url;
    const module = AppModule.from(config, { databaseUrl: database.url, smtpUrl, inbox });
    const { app, url } = await boot(module, config);
    return {
      url,
      database: database.description,
      stop: async () => {
        await app.close();
        await closeFoundation();
      },
    };
  } catch (error) {
    await closeFoundation();
    throw error;
  }
}

async function boot(
  module: DynamicModule,
  config: AppConfig,
): Promise<{ app: INestApplicationContext; url: string | undefined }> {
  if (config.role !== 'worker') return startHttpApplication(module, config);
  return {
    app: await NestFactory.createApplicationContext(module, {
      abortOnError: false,
      logger: new CeleriacLogger(),
    }),
    url: undefined,
  };
}
