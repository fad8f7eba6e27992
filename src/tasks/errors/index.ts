export * from './celeriac.error.js';
export * from './configuration.errors.js';
export * from './enqueue.errors.js';
export * from './broker.errors.js';
export * from './control-flow.errors.js';
export * from './delivery.errors.js';
export * from './result.errors.js';
export * from './transaction.errors.js';
