import { describe, expect, it } from 'vitest';
import type { FailedCall } from '../../tasks/index.js';
import { callTable } from './call-table.js';

const call = (id: string, reason: string): FailedCall => ({
  id,
  task: 'images.render',
  queue: 'default',
  state: 'failed',
  reason,
  error: 'BadImage',
  attempts: 4,
  losses: 0,
  enqueuedAt: new Date(0),
  failedAt: new Date(Date.UTC(2026, 0, 31, 3, 0, 12, 345)),
});

const HEAD = 'ID           TASK           STATE   ATTEMPTS  LOSSES  WHEN                  REASON';
const SHORT =
  'default.a    images.render  failed  4         0       2026-01-31T03:00:12Z  BadImage: 7 pixels';
const calls = [
  call('default.a', 'BadImage: 7\npixels'),
  call('default.b2c', 'BadImage: a picture without pixels'),
];

describe('the table of failed calls', () => {
  it('is aligned', () => {
    expect(callTable(calls, Number.POSITIVE_INFINITY).split('\n')).toEqual([
      HEAD,
      SHORT,
      'default.b2c  images.render  failed  4         0       2026-01-31T03:00:12Z  BadImage: a picture without pixels',
    ]);
  });

  it('is as wide as the terminal', () => {
    const lines = callTable(calls, 96).split('\n');
    expect(lines.slice(0, 2)).toEqual([HEAD, SHORT]);
    expect(lines[2]).toHaveLength(96);
    expect(lines[2]).toMatch(/ BadImage: a picture…$/);
  });

  it('leaves room for some of the reason on a narrow terminal', () => {
    expect(callTable(calls, 20).split('\n')[2]).toMatch(/ BadImage: a picture…$/);
  });

  it('does not cut a character in two', () => {
    const lines = callTable([call('default.a', `${'x'.repeat(18)}😀😀`)], 20).split('\n');
    expect(lines[1]).toMatch(/ x{18}…$/);
  });
});
