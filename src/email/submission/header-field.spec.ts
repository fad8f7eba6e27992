import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerProblem } from './header-field.js';

describe('a header', () => {
  it.each([
    ['X-Tag', 'welcome'],
    ['List-ID', '<news.example.com>'],
    ['In-Reply-To', '<1@example.com>'],
    ['X-Name', 'Zoë'],
  ])('%s may be set', (name, value) => {
    expect(headerProblem(name, value)).toBeNull();
  });

  it.each([
    'From',
    'TO',
    'cc',
    'Bcc',
    'Subject',
    'Date',
    'Message-ID',
    'MIME-Version',
    'Content-Type',
    'Content-Transfer-Encoding',
    'Sender',
    'Return-Path',
    'Received',
    'DKIM-Signature',
    'Resent-To',
    'ARC-Seal',
    'Authentication-Results',
    'List-Unsubscribe',
    'List-Unsubscribe-Post',
  ])("%s may not: it is not the caller's", (name) => {
    expect(headerProblem(name, 'x')).toMatchObject({ problem: 'is a header that cannot be set' });
  });

  it.each(['', 'X Tag', 'X-Tag:', 'X-Tag\r\nBcc', 'X-Täg', 'x'.repeat(77)])('%j is no name', (name) => {
    expect(headerProblem(name, 'x')).toMatchObject({ problem: 'is not the name of a header' });
  });

  it.each([
    ['a\r\nBcc: evil@example.com'],
    ['a\nb'],
    [String.fromCharCode(0)],
    [String.fromCharCode(0xd800)],
  ])('%j is no value', (value) => {
    expect(headerProblem('X-Tag', value)?.problem).toContain('unprintable');
  });

  it('has a string of bounded length as its value', () => {
    expect(headerProblem('X-Tag', 1)?.problem).toBe('is not a string');
    expect(headerProblem('X-Tag', 'x'.repeat(2_001))?.problem).toContain('longer than');
  });

  it('never lets a line break through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, value) => {
        if (headerProblem(name, value) === null) expect(`${name}: ${value}`).not.toMatch(/[\r\n]/);
      }),
    );
  });
});
