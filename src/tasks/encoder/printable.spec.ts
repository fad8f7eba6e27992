import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printableBlock, printableJson, printableLine } from './printable.js';

describe('text of a job', () => {
  it.each([
    ['plain: "ä" 漢 😀', 'plain: "ä" 漢 😀'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b[2J\u001b[1;1Hcleared', 'cleared'],
    ['\u001b]0;title\u0007after', 'after'],
    ['\u009b31mred', 'red'],
    ['\u001b\u001b[31m[31mnested', '[31mnested'],
    ['two\r\nlines\tand a tab', 'two lines and a tab'],
    ['back\b\b\u0000\u007f', 'back'],
    ['\u202eeverse\u2066d\u200e', 'eversed'],
  ])('%j is printed as %j', (text, printed) => {
    expect(printableLine(text)).toBe(printed);
  });

  it('keeps its lines where there is room for them', () => {
    expect(printableBlock('Error: a\r\n\tat b\u001b[5m\n  at c\n')).toBe('Error: a\n  at b\n  at c');
  });

  it('is escaped in JSON, and comes back whole', () => {
    const value = { text: '\u001b[31m\u009b\u007f\u202e\u2028"' };
    const json = printableJson(value);
    expect(json).toContain('\\u001b[31m\\u009b\\u007f\\u202e\\u2028\\"');
    expect(JSON.parse(json)).toEqual(value);
  });

  it('never holds a control character afterwards', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        '\u001b',
        '[',
        ']',
        '3',
        '1',
        'm',
        ';',
        '\u0007',
        '\u009b',
        '\n',
        '\r',
        '\u202e',
        'a',
      ),
    });
    fc.assert(
      fc.property(nasty, (text) => {
        expect(printableLine(text)).not.toMatch(/[\p{Cc}\u202e]/u);
        expect(printableBlock(text).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
        expect(printableJson(text)).not.toMatch(/[\p{Cc}\u202e]/u);
      }),
    );
  });
});
