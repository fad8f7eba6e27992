import type { BrokerOptions, TasksModuleOptions, WorkerOptions } from '../../src/index.js';
import type { Pool } from './points.js';
import { LONG } from './seed.js';

const APP = new URL('./fixtures/app.module.js', import.meta.url).href;

/** Of each worker. They take longest to boot. */
export const CHILDREN = LONG ? 2 : 1;

/**
 * Workers of each pool, with times as short as a busy machine bears. In the queue `blocked` there is room for as many
 * calls as there are children.
 */
const WORKERS: Record<Pool, WorkerOptions> = {
  async: { pool: 'async', app: APP },
  'async, no app': { pool: 'async' },
  prefork: { pool: 'prefork', app: APP, concurrency: CHILDREN },
};

export const moduleOptions = (
  broker: BrokerOptions,
  namespace: string,
  pool: Pool,
  concurrency = 6,
): TasksModuleOptions => ({
  broker: broker.type === 'postgres' ? { ...broker, poolSize: 4 } : broker,
  namespace,
  queues: { default: { concurrency }, blocked: { concurrency: CHILDREN } },
  worker: { ...WORKERS[pool], lockTime: '3s', shutdownTimeout: '300ms' },
});
