import { afterAll, beforeAll, describe } from 'vitest';
import { backlog } from './backlog.js';
import { breaker } from './breaker.js';
import { busyQueue } from './busy-queue.js';
import { Cast } from './cast.js';
import { lostLock } from './lost-lock.js';
import { permits } from './permits.js';
import { rates } from './rates.js';

/** What holds of limits when many processes have to do with them, on either broker. */
export function limitsAmongProcesses(kind: 'redis' | 'postgres'): void {
  describe(`limits among processes, on ${kind}`, () => {
    let gathered: Cast | undefined;
    const cast = () => gathered as Cast;

    beforeAll(async () => {
      gathered = await Cast.gather(kind);
    });
    afterAll(() => gathered?.leave());

    rates(cast);
    backlog(cast);
    busyQueue(cast);
    permits(cast);
    lostLock(cast);
    breaker(cast);
  });
}
