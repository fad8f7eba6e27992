import { Logger } from '@nestjs/common';
import type { Broker } from '../tasks/broker-port.js';
import type { BrokerOptions } from '../tasks/options/module-options.js';
import type { ResolvedOptions } from '../tasks/options/resolve-module-options.js';
import { BullBroker } from './bullmq/bull-broker.js';
import type { BackendDecorator, Store } from './bullmq/store.js';
import { acquireEmbeddedPostgres } from './embedded/index.js';
import { OutageLog } from './outage-log.js';
import { PostgresStore } from './postgres/postgres-store.js';
import { RedisStore } from './redis/redis-store.js';

const DEFAULT_POOL_SIZE = 10;

/** The broker an application asks for. It connects when it is opened. */
export function createBroker(
  options: Pick<ResolvedOptions, 'broker' | 'namespace'>,
  decorate?: BackendDecorator,
): Broker {
  const logger = new Logger('Broker');
  const errors: OutageLog = new OutageLog(logger, nameOf(options.broker), () => store.time());
  const store = createStore(options, logger, errors.report);
  return new BullBroker(store, errors, decorate);
}

function createStore(
  { broker, namespace }: Pick<ResolvedOptions, 'broker' | 'namespace'>,
  logger: Logger,
  onError: (error: Error) => void,
): Store {
  switch (broker.type) {
    case 'redis':
      return new RedisStore(broker.url, namespace, (message) => logger.warn(message), onError);
    case 'postgres': {
      const server = { url: broker.url, release: () => Promise.resolve() };
      const database = { acquire: () => Promise.resolve(server) };
      const poolSize = broker.poolSize ?? DEFAULT_POOL_SIZE;
      return new PostgresStore(
        { database, schema: namespace, poolSize, description: nameOf(broker) },
        onError,
      );
    }
    case 'embedded': {
      const database = { acquire: () => acquireEmbeddedPostgres({ dataDir: broker.dataDir }) };
      const poolSize = broker.poolSize ?? DEFAULT_POOL_SIZE;
      return new PostgresStore(
        { database, schema: namespace, poolSize, description: nameOf(broker) },
        onError,
      );
    }
  }
}

const nameOf = ({ type }: BrokerOptions): string => (type === 'embedded' ? 'embedded Postgres' : type);
