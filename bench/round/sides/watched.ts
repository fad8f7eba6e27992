import { openSync, writeSync } from 'node:fs';
import { HealthModule } from '../../../src/health/index.js';
import { CeleriacLogger, LoggingModule } from '../../../src/logging/index.js';
import { MetricsModule } from '../../../src/metrics/index.js';
import { SentryModule } from '../../../src/sentry/index.js';
import { celeriac, celeriacWith } from './celeriac.js';
import type { Side } from './side.js';

/** Nobody listens there; nothing fails, so nothing is sent. */
const DSN = 'http://key@127.0.0.1:9/1';

/** All that watches a worker, but for canaries, which would be counted; a line of JSON for each outcome, as to a pipe. */
const watchedWorker = celeriacWith(() => {
  const nowhere = openSync('/dev/null', 'w');
  const write = (line: string | Uint8Array): boolean => writeSync(nowhere, String(line)) > 0;
  process.stdout.write = write;
  return {
    imports: [
      MetricsModule.forRoot({ path: null }),
      LoggingModule.forRoot(),
      SentryModule.forRoot({ dsn: DSN, tracesSampleRate: 0 }),
      HealthModule.forRoot({ controller: false, canary: false }),
    ],
    logger: new CeleriacLogger({ format: 'json', logLevels: ['log', 'warn', 'error', 'fatal'] }),
  };
});

/** Calls are those of the other side. */
export const watched: Side = { ...watchedWorker, caller: (place, task) => celeriac.caller(place, task) };
