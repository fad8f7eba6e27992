import { describe, expect, it } from 'vitest';
import { admitting } from './admitting.js';
import { calling } from './calling.js';
import { delivering } from './delivering.js';
import { useFixture } from './fixture.js';
import { limiting } from './limiting.js';
import { redriving } from './redriving.js';
import { results } from './results.js';
import { retrying } from './retrying.js';
import { revoking } from './revoking.js';
import { scheduling } from './scheduling.js';
import { unifying } from './unifying.js';
import { watching } from './watching.js';
import { title, type Variant } from './variant.js';

/** What holds on every broker, whatever its store does. */
export function conformance(variant: Variant): void {
  describe(`on ${title(variant)}`, () => {
    const fixture = useFixture(variant);
    calling(fixture);
    results(fixture);
    retrying(fixture);
    limiting(fixture);
    admitting(fixture);
    delivering(fixture);
    revoking(fixture);
    redriving(fixture);
    unifying(fixture);
    watching(fixture);
    scheduling(fixture);

    if (variant.lying) {
      it('was lied to in every way, by every operation that matters', () => {
        const told = [...fixture.ledger.told.keys()];
        for (const operation of [
          'addJob',
          'moveToActive',
          'moveToCompleted',
          'moveToFailed',
          'moveToDelayed',
          'getState',
          'pass',
          'release',
          'fire',
        ]) {
          for (const lie of ['fails before', 'executes, then throws', 'delays']) {
            expect(told).toContain(`${operation} ${lie}`);
          }
        }
      });
    }
  });
}
