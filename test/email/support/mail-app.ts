import type { Provider } from '@nestjs/common';
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

/** Boots an application with all modules as their users import them. */
export async function startMailApp(
  { databaseUrl, tasks, email }: MailAppOptions,
  providers: Provider[] = [],
) {
  const app = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot(dataSourceOptions(databaseUrl)),
      TasksModule.forRoot(tasks),
      TransactionalTasksModule.forRoot(),
      EmailModule.forRoot({ ...email, providers }),
    ],
  }).compile();
  return app.init();
}
