import type { DataSourceOptions } from 'typeorm';
import { EMAIL_ENTITIES, EMAIL_MIGRATIONS } from '../../../src/email/index.js';
import { CALL_TABLE_ENTITIES, CALL_TABLE_MIGRATIONS } from '../../../src/typeorm/index.js';

/** The DataSource of an application with e-mail, as docs/email.md says to set it up. */
export const dataSourceOptions = (url: string) =>
  ({
    type: 'postgres',
    url,
    entities: [...EMAIL_ENTITIES, ...CALL_TABLE_ENTITIES],
    migrations: [...EMAIL_MIGRATIONS, ...CALL_TABLE_MIGRATIONS],
    migrationsRun: true,
  }) satisfies DataSourceOptions;
