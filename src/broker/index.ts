export { createBroker } from './create-broker.js';
export { type EmbeddedPostgres, acquireEmbeddedPostgres } from './embedded/index.js';
export type { BackendDecorator } from './bullmq/store.js';
