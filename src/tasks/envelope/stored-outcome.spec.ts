import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeReason,
  decodeResult,
  encodeCompletion,
  encodeDroppedResult,
  encodeErrorReason,
  encodeParking,
  encodeQuarantine,
  encodeResult,
  encodeSnooze,
} from './stored-outcome.js';

const storedAndRead = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

describe('stored results', () => {
  it('any JSON value comes back, one that looks like our marks included', () => {
    const lookalike = fc.record({
      $celeriac: fc.constantFrom('ignored', 'succeeded', 'expired'),
      value: fc.jsonValue(),
    });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), lookalike), (value) => {
        const same = JSON.parse(JSON.stringify(value)) as unknown;
        expect(decodeResult(storedAndRead(encodeResult(same)))).toEqual({ state: 'succeeded', value: same });
      }),
    );
  });

  it.each(['ignored', 'expired', 'revoked'] as const)('%s is told apart from success', (state) => {
    expect(decodeResult(storedAndRead(encodeCompletion(state, 'why')))).toEqual({ state, reason: 'why' });
  });

  it('a dropped result is a success that says so', () => {
    expect(decodeResult(encodeDroppedResult('too large'))).toEqual({
      state: 'succeeded',
      value: null,
      resultDropped: 'too large',
    });
  });
});

describe('stored reasons', () => {
  it.each([
    [
      encodeErrorReason({ name: 'TypeError', message: 'a: b', stack: '' }),
      { kind: 'error', name: 'TypeError', message: 'a: b' },
    ],
    [encodeQuarantine('no envelope'), { kind: 'quarantined', message: 'no envelope' }],
    [encodeSnooze('later\nplease'), { kind: 'snoozed', message: 'later\nplease' }],
    [
      encodeParking(1_700_000_000_000, 'unknown'),
      { kind: 'parked', since: 1_700_000_000_000, message: 'unknown' },
    ],
    ['job stalled', { kind: 'error', name: undefined, message: 'job stalled' }],
    ['', { kind: 'error', name: undefined, message: '' }],
  ])('%j is read back', (stored, reason) => expect(decodeReason(stored)).toEqual(reason));
});
