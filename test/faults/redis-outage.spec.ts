import { Redis } from 'ioredis';
import { startRedis } from '../support/redis-server.js';
import { outage } from './outage.js';

outage('Redis', async () => {
  // Its memory outlives its process, as that of a Redis one relies on does.
  const server = await startRedis('--appendonly', 'yes', '--appendfsync', 'always');
  return {
    broker: { type: 'redis', url: server.url },
    async away(meanwhile) {
      await server.kill('SIGTERM');
      await meanwhile();
      await server.start();
    },
    async silent(meanwhile) {
      server.freeze(true);
      try {
        await meanwhile();
      } finally {
        server.freeze(false);
      }
    },
    async cutConnections() {
      const client = new Redis(server.url);
      await client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      client.disconnect();
    },
    stop: () => server.stop(),
  };
});
