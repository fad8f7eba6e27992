export { TransactionalTasksModule, type TransactionalTasksOptions } from './transactional-tasks.module.js';
export { CallDispatcher } from './dispatcher/call-dispatcher.js';
export type { Backlog } from './call-table/call-table.js';
export { CALL_TABLE_ENTITIES, CeleriacCall } from './entities/index.js';
export { CALL_TABLE_MIGRATIONS } from './migrations/index.js';
export * from './typeorm.errors.js';
