import { Redis } from 'ioredis';
import pg from 'pg';
import { createBroker } from '../../src/broker/index.js';
import { PostgresGates } from '../../src/broker/postgres/limits/postgres-gates.js';
import { RedisGates } from '../../src/broker/redis/limits/redis-gates.js';
import type { Gates } from '../../src/tasks/gates.js';
import { resolveModuleOptions } from '../../src/tasks/options/resolve-module-options.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';

export interface OpenGates {
  readonly gates: Gates;
  /** Forgets everything. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const TABLES = [
  'gate',
  'gate_member',
  'permit',
  'breaker_failure',
  'breaker_spent',
  'limit_change',
  'gate_keeper',
];

/** Gates of their own on a real store. @param clock takes the place of the store's */
export async function openGates(type: 'redis' | 'postgres', clock?: () => number): Promise<OpenGates> {
  const broker = brokerOptions({ broker: type, lying: false });
  const namespace = newNamespace();
  const url = (broker as { url: string }).url;
  if (type === 'redis') {
    const redis = new Redis(url);
    const close = async () => {
      redis.disconnect();
      await eraseNamespace(broker, namespace);
    };
    const reset = () => eraseNamespace(broker, namespace);
    return { gates: new RedisGates(() => redis, namespace, clock), reset, close };
  }
  const migrating = createBroker(resolveModuleOptions({ broker, namespace }));
  await migrating.open();
  await migrating.close();
  const pool = new pg.Pool({ connectionString: url, options: `-c search_path=${namespace}`, max: 4 });
  const close = async () => {
    await pool.end();
    await eraseNamespace(broker, namespace);
  };
  const reset = async () => {
    await pool.query(`TRUNCATE ${TABLES.map((table) => `celeriac_${table}`).join()}`);
  };
  return { gates: new PostgresGates(() => pool, clock), reset, close };
}
