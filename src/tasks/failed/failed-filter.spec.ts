import { describe, expect, it } from 'vitest';
import type { StoredJob } from '../broker-port.js';
import { encodeQuarantine } from '../envelope/stored-outcome.js';
import { type FailedFilter, matches } from './failed-filter.js';

const job = (failedReason: string): StoredJob =>
  ({ name: 'images.render', failedReason, finishedAt: 1_000 }) as StoredJob;

describe('which failed calls are meant', () => {
  const failed = job('BadImage: 7 pixels');
  const quarantined = job(encodeQuarantine('it crashed'));
  const at = (time: number) => new Date(time);
  const table: [FailedFilter, boolean, boolean][] = [
    [{}, true, true],
    [{ task: 'images.render' }, true, true],
    [{ task: 'images' }, false, false],
    [{ state: 'failed' }, true, false],
    [{ state: 'quarantined' }, false, true],
    [{ error: 'BadImage' }, true, false],
    [{ error: 'Error' }, false, false],
    [{ since: at(1_000) }, true, true],
    [{ since: at(1_001) }, false, false],
    [{ before: at(1_000) }, false, false],
    [{ before: at(1_001), since: at(999), state: 'quarantined' }, false, true],
  ];
  it.each(table)('%o', (filter, forFailed, forQuarantined) => {
    expect(matches(failed, filter)).toBe(forFailed);
    expect(matches(quarantined, filter)).toBe(forQuarantined);
  });
});
