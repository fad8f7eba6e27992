import type { Redis } from 'ioredis';
import { BrokerUnavailableError } from '../../tasks/errors/broker.errors.js';
import { MissingPackageError } from '../../tasks/errors/configuration.errors.js';

const CONNECT_TIMEOUT = 10_000;
/** Of a connection on which one waits for the other. */
const LONGEST_ANSWER = 5_000;

export interface RedisConnections {
  /** For calls and reads: fails at once while Redis is away, so that a bounded caller decides what to do. */
  readonly calling: Redis;
  /** For workers: waits for Redis to come back. */
  readonly working: Redis;
  /** For what begins with WATCH, one thing at a time. It does not reconnect: a new one takes its place. */
  firing(): Promise<Redis>;
  disconnect(): void;
}

/** @throws {@link BrokerUnavailableError} if Redis does not answer within ten seconds */
export async function connectRedis(url: string, onError: (error: Error) => void): Promise<RedisConnections> {
  const { Redis } = await import('ioredis').catch(() => {
    throw new MissingPackageError('ioredis', 'The redis broker');
  });
  const shared = {
    connectTimeout: CONNECT_TIMEOUT,
    keepAlive: 10_000,
    // After a failover the old primary is a replica; its address may lead to the new one.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
    retryStrategy: (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
  };
  const calling = new Redis(url, {
    ...shared,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
  });
  const working = new Redis(url, { ...shared, maxRetriesPerRequest: null });
  let firing: Redis | undefined;
  const disconnect = () => [calling, working, firing].forEach((client) => client?.disconnect());
  for (const client of [calling, working]) {
    client.setMaxListeners(0);
    client.on('error', onError);
  }
  try {
    await Promise.all([ready(calling), ready(working)]);
  } catch (error) {
    disconnect();
    throw error;
  }
  return {
    calling,
    working,
    disconnect,
    async firing() {
      if (firing?.status === 'ready') return firing;
      firing?.disconnect();
      firing = new Redis(url, {
        ...shared,
        maxRetriesPerRequest: 1,
        commandTimeout: LONGEST_ANSWER,
        retryStrategy: () => null,
      });
      firing.setMaxListeners(0);
      // Whoever uses it is told.
      firing.on('error', () => undefined);
      await ready(firing);
      return firing;
    },
  };
}

function ready(client: Redis): Promise<void> {
  if (client.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    let last: Error | undefined;
    const onError = (error: Error) => (last = error);
    const settle = (outcome: () => void) => {
      clearTimeout(timer);
      client.off('ready', onReady);
      client.off('error', onError);
      outcome();
    };
    const onReady = () => settle(resolve);
    const timer = setTimeout(
      () =>
        settle(() =>
          reject(
            new BrokerUnavailableError('redis', 'the first connection', `${CONNECT_TIMEOUT / 1_000}s`, last),
          ),
        ),
      CONNECT_TIMEOUT,
    );
    client.on('ready', onReady);
    client.on('error', onError);
  });
}
