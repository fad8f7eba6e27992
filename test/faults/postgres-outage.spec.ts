import { OwnPostgres } from '../support/own-postgres.js';
import { outage } from './outage.js';

outage('Postgres', async () => {
  const server = await OwnPostgres.start();
  return {
    broker: { type: 'postgres', url: server.url, poolSize: 5 },
    away: (meanwhile) => server.restart(meanwhile),
    async silent(meanwhile) {
      server.proxy.swallow();
      try {
        await meanwhile();
      } finally {
        // A network that lost a connection does not give it back.
        server.proxy.cut();
        server.proxy.forward();
      }
    },
    async cutConnections() {
      await server.terminateBackends();
    },
    stop: () => server.stop(),
  };
});
