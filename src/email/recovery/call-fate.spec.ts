import { describe, expect, it } from 'vitest';
import { callFate } from './call-fate.js';

describe('a message that should have moved by now', () => {
  it.each(['queued', 'delayed', 'running'] as const)('waits while its call is %s', (state) => {
    expect(callFate({ state, reason: undefined })).toEqual({ kind: 'waits' });
  });

  it.each(['succeeded', 'failed', 'ignored', 'expired'] as const)(
    'gets another call when its own %s',
    (state) => {
      expect(callFate({ state, reason: undefined })).toMatchObject({ kind: 'recall' });
    },
  );

  it('gets another when the broker does not know the one it had', () => {
    expect(callFate(null)).toMatchObject({ kind: 'recall', why: 'the broker has lost its call' });
  });

  it('gets none when that would kill the next worker, or was not wanted', () => {
    expect(callFate({ state: 'quarantined', reason: 'it killed 3 workers' })).toEqual({
      kind: 'end',
      status: 'failed',
      why: 'its call was quarantined: it killed 3 workers',
    });
    expect(callFate({ state: 'revoked', reason: undefined })).toMatchObject({
      kind: 'end',
      status: 'cancelled',
    });
  });
});
