import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { EMAIL_ENTITIES, EMAIL_MIGRATIONS } from './src/email/index.js';
import { CALL_TABLE_ENTITIES, CALL_TABLE_MIGRATIONS } from './src/typeorm/index.js';

/** For TypeORM's command line, which reads the compiled file: `typeorm migration:run -d dist/ormconfig.js`. */
export default new DataSource({
  type: 'postgres',
  url: process.env['DATABASE_URL'],
  entities: [...EMAIL_ENTITIES, ...CALL_TABLE_ENTITIES],
  migrations: [...EMAIL_MIGRATIONS, ...CALL_TABLE_MIGRATIONS],
});
