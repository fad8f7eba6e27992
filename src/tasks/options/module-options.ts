import type { Duration } from '../duration.js';
import type { BreakerOptions, SharedRateLimit } from './limits/limit-options.js';
import type { TaskDefaults } from './task-options.js';

/** Redis 6.2 or newer, with `maxmemory-policy noeviction`. @publicApi */
export interface RedisBrokerOptions {
  type: 'redis';
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS. */
  url: string;
}

/** Postgres 13 or newer. Needs session pooling: LISTEN does not pass a transaction-mode PgBouncer. @publicApi */
export interface PostgresBrokerOptions {
  type: 'postgres';
  /** `postgres://user:password@host:5432/database` */
  url: string;
  /** Connections for statements, shared by all queues of the process; one more listens. Defaults to 10. */
  poolSize?: number;
}

/** A Postgres this package starts from platform binaries; for development, tests and small installations. @publicApi */
export interface EmbeddedBrokerOptions {
  type: 'embedded';
  /** Where its data lives. It is kept across restarts and shared by every process that names it. */
  dataDir: string;
  /** As for `postgres`. Defaults to 10. */
  poolSize?: number;
}

/** What stores queues. @publicApi */
export type BrokerOptions = RedisBrokerOptions | PostgresBrokerOptions | EmbeddedBrokerOptions;

/** @publicApi */
export interface QueueOptions {
  /** Calls each worker runs at once from this queue. Defaults to 10. */
  concurrency?: number;
  /**
   * Lets calls choose `priority: 'high' | 'normal' | 'low'`. A queue with priorities drains a little slower
   * (0.92 of a plain one at concurrency 100). Defaults to false.
   */
  priorities?: boolean;
  /**
   * Callers take turns, as `fairBy` of the tasks tells them apart; calls of tasks without it count as one caller. A call
   * costs one more round trip to the broker when it is sent. Defaults to false.
   */
  fair?: boolean;
}

/** How a worker runs tasks. @publicApi */
export type Pool = 'async' | 'prefork';

/** An amount of memory, such as `'512MB'` or `'2GB'`; 1 MB is 1024² bytes. @publicApi */
export type Memory = `${number}${'MB' | 'GB'}`;

/** @publicApi */
export interface WorkerOptions {
  /** Queues this process consumes. Defaults to all that are declared. */
  queues?: string[];
  /**
   * `async`: all calls run on this process's event loop. `prefork`: each runs alone in a child process, which is killed
   * at the hard limit and whose death harms nobody else; needs `app`. Celery: `--pool`. Defaults to `'async'`.
   */
  pool?: Pool;
  /**
   * The module child processes boot: `new URL('./app.module.js', import.meta.url)`, or a path from the working
   * directory. `#Name` picks an export; without it the default export, or `AppModule`. It must not start the
   * application itself. With it, calls that come back from a dead process run isolated from others. Defaults to none.
   */
  app?: URL | string;
  /**
   * Calls this process runs at once. In `prefork`: the number of child processes, the number of cores by default. In
   * `async`: of each queue, in place of the queue's own concurrency. Celery: `--concurrency`.
   */
  concurrency?: number;
  /** A child process is replaced after so many calls. Celery: `max_tasks_per_child`. Defaults to no limit. */
  maxTasksPerChild?: number;
  /**
   * A child process that is larger after a call is replaced (resident memory). Celery: `max_memory_per_child`.
   * Defaults to no limit.
   */
  maxMemoryPerChild?: Memory;
  /**
   * A thread notices when a task blocks the event loop of the async pool, and says which. Under `celeriac worker` the
   * process is ended when the task is past its hard limit; it is replaced, and its calls run again. Defaults to true.
   */
  watchdog?: boolean;
  /**
   * How long a shutdown waits for running calls before it aborts and hands them back. Defaults to `'20s'`.
   * Give the orchestrator's kill timeout a few seconds more.
   */
  shutdownTimeout?: Duration;
  /**
   * How long a lock lives without renewal; calls of a dead machine are back after about this time.
   * Defaults to `'15s'`.
   */
  lockTime?: Duration;
  /**
   * How often the worker says that it is there. One that has not said so for three times as long is missed by
   * HealthModule. Celery: the worker heartbeat. Defaults to `'5s'`.
   */
  heartbeat?: Duration;
  /**
   * Calls whose code went on after their hard limit. At this number the worker stops taking work, says why,
   * and should be restarted. Defaults to 10.
   */
  maxAbandoned?: number;
}

/**
 * The options of `TasksModule.forRoot()`.
 *
 * @publicApi
 */
export interface TasksModuleOptions {
  /** What stores queues. */
  broker: BrokerOptions;
  /**
   * Keeps applications on one broker apart: the key prefix on Redis, the schema on Postgres.
   * Lower-case letters, digits and `_`. Defaults to `'celeriac'`.
   */
  namespace?: string;
  /** The queues of the application. They belong to Celeriac. Defaults to `{ default: {} }`. */
  queues?: Record<string, QueueOptions>;
  /** The project-wide base of every task; classes and tasks override it. */
  defaults?: TaskDefaults;
  /**
   * Rate limits that tasks share, by name: `{ smtp: '50/m' }`. An entry with the name of a task takes the place of its
   * own limit. Defaults to none.
   */
  rateLimits?: Record<string, SharedRateLimit>;
  /** Circuit breakers that tasks share, by name; an entry with the name of a task takes the place of its own. */
  breakers?: Record<string, BreakerOptions>;
  /** Whether, and how, this process runs tasks. Absent or false: it only calls them. Defaults to false. */
  worker?: boolean | WorkerOptions;
  /**
   * Whether this process fires schedules, those of its code and those made at run time. As many may as like: each slot is
   * fired once. Celery: `celery beat`, of which there may be one only. Defaults to true in a worker, else false.
   */
  scheduler?: boolean;
  /**
   * Longest wait for the broker to confirm a call; then `EnqueueTimeoutError`. Defaults to `'5s'`.
   */
  enqueueTimeout?: Duration;
  /** Largest call, and largest result, in bytes of JSON. Defaults to 262144 (256 KiB). */
  payloadLimit?: number;
  /** How long finished calls (all but failed and quarantined) are kept. Defaults to `'1d'`. */
  resultTtl?: Duration;
  /** How long failed and quarantined calls are kept. Defaults to `'14d'`. */
  keepFailed?: Duration;
  /**
   * How long a call may wait for a worker that knows its task (deploy skew) before it is quarantined.
   * Defaults to `'7d'`.
   */
  parkFor?: Duration;
  /** `{ global: true }` runs the application's global guards, interceptors, pipes and filters around tasks too. */
  enhancers?: { global?: boolean };
}
