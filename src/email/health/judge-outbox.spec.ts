import { describe, expect, it } from 'vitest';
import { judgeOutbox, judgeUndecided } from './judge-outbox.js';

const state = { oldest: 0, leases: 0, unknown: 0 };

describe('how the outbox is', () => {
  it.each([
    [state, 'up'],
    [{ ...state, oldest: 299_999 }, 'up'],
    [{ ...state, oldest: 300_000 }, 'degraded'],
    [{ ...state, oldest: 1_800_000 }, 'down'],
    [{ ...state, leases: 1 }, 'down'],
    [{ ...state, unknown: 5 }, 'up'],
  ])('%j: %s', (given, status) => expect(judgeOutbox(given, []).status).toBe(status));

  it('an open breaker is told', () => {
    expect(judgeOutbox(state, ['email.send'])).toMatchObject({
      status: 'degraded',
      message: /email\.send is open/,
    });
  });

  it('what waits for a decision is said apart', () => {
    expect(judgeUndecided(state)).toEqual({ status: 'up', data: { unknown: 0 } });
    expect(judgeUndecided({ ...state, unknown: 1 })).toMatchObject({
      status: 'degraded',
      message: /1 message /,
    });
    expect(judgeUndecided({ ...state, unknown: 3 })).toMatchObject({ message: /3 messages/ });
  });
});
