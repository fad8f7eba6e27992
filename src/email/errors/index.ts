export * from './email.errors.js';
export { UnsupportedDatabaseError } from '../../typeorm/index.js';
