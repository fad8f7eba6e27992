export * from './email.errors.js';
export * from './attachment.errors.js';
export * from './template.errors.js';
export { UnsupportedDatabaseError } from '../../typeorm/index.js';
