import { describe } from 'vitest';
import { calling } from './cases/calling.js';
import { committing } from './cases/committing.js';
import { counting } from './cases/counting.js';
import { inTime } from './cases/in-time.js';
import { refusing } from './cases/refusing.js';
import { unifying } from './cases/unifying.js';
import type { Arrangement } from './support/arrangement.js';
import { useArrangement } from './support/use-arrangement.js';

/** What within() promises, wherever the broker is. */
export function within(arrangement: Arrangement): void {
  describe(`within(), the broker in ${arrangement}`, () => {
    const fixture = useArrangement(arrangement);
    committing(fixture);
    calling(fixture);
    refusing(fixture);
    counting(fixture);
    inTime(fixture);
    unifying(fixture);
  });
}
