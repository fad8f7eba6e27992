export * from './email.errors.js';
