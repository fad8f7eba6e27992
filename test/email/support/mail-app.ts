import type { DynamicModule, Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EmailModule, type EmailModuleOptions } from '../../../src/email/index.js';
import { TasksModule, type TasksModuleOptions } from '../../../src/index.js';
import { TransactionalTasksModule } from '../../../src/typeorm/index.js';
import { dataSourceOptions } from './data-source-options.js';

/** What an application with e-mail is made of; plain JSON, for a child process to read. */
export interface MailAppOptions {
  readonly databaseUrl: string;
  readonly tasks: TasksModuleOptions;
  readonly email: EmailModuleOptions;
}

/** All modules, as their users import them. */
export const mailAppImports = (
  { databaseUrl, tasks, email }: MailAppOptions,
  providers: Provider[] = [],
): DynamicModule[] => [
  TypeOrmModule.forRoot(dataSourceOptions(databaseUrl)),
  TasksModule.forRoot(tasks),
  TransactionalTasksModule.forRoot(),
  EmailModule.forRoot({ ...email, providers }),
];

export async function startMailApp(options: MailAppOptions, providers: Provider[] = []) {
  const imports = mailAppImports(options, providers);
  const app = await Test.createTestingModule({ imports }).compile();
  return app.init();
}
