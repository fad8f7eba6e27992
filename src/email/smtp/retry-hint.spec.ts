import { describe, expect, it } from 'vitest';
import { retryHint } from './retry-hint.js';

describe('the time that a server names', () => {
  it.each([
    ['450 4.7.1 Greylisted, please try again in 300 seconds', 300_000],
    ['451 try again in 5 minutes', 300_000],
    ['450 retry after 1 hour', 3_600_000],
    ['450 wait 30s', 30_000],
    ['450 come back in 2 min', 120_000],
    ['450 try again in 999999 hours', 86_400_000],
    ['450 try again later', null],
    ['450 4.2.0 in queue 5', null],
    ['451 in 2026 mailboxes', null],
  ])('%s: %s ms', (text, milliseconds) => expect(retryHint(text)).toBe(milliseconds));
});
