import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  EMAIL_ENTITIES,
  EMAIL_MIGRATIONS,
  EmailModule,
  type EmailModuleOptions,
} from '../../../src/email/index.js';
import { TasksModule, type TasksModuleOptions } from '../../../src/index.js';

/** What an application with e-mail is made of; plain JSON, for a child process to read. */
export interface MailAppOptions {
  readonly databaseUrl: string;
  readonly tasks: TasksModuleOptions;
  readonly email: EmailModuleOptions;
}

/** Boots an application with both modules as their users import them. */
export async function startMailApp({ databaseUrl, tasks, email }: MailAppOptions) {
  const app = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url: databaseUrl,
        entities: [...EMAIL_ENTITIES],
        migrations: [...EMAIL_MIGRATIONS],
        migrationsRun: true,
      }),
      TasksModule.forRoot(tasks),
      EmailModule.forRoot(email),
    ],
  }).compile();
  return app.init();
}
