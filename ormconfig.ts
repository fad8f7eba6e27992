import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { EMAIL_ENTITIES, EMAIL_MIGRATIONS } from './src/email/index.js';

/** For TypeORM's command line, which reads the compiled file: `typeorm migration:run -d dist/ormconfig.js`. */
export default new DataSource({
  type: 'postgres',
  url: process.env['DATABASE_URL'],
  entities: [...EMAIL_ENTITIES],
  migrations: [...EMAIL_MIGRATIONS],
});
