import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LabelBook } from './task-labels.js';

const known = { queues: ['default'], isTask: (name: string) => name === 'a.known' };

describe('labels of calls', () => {
  it('name what the application knows, however much else there was before', () => {
    const book = new LabelBook(known);
    for (let index = 0; index < 1_000; index++) book.of(`unknown.${index}`, `queue ${index}`);
    expect(book.of('a.known', 'default')).toEqual({ task: 'a.known', queue: 'default' });
    expect(book.of('unknown.199', 'elsewhere')).toEqual({ task: 'unknown.199', queue: 'other' });
    expect(book.of('unknown.200', 'default')).toEqual({ task: 'other', queue: 'default' });
  });

  it.each(['', 'evil"} 1\n', 'x'.repeat(201), '\ud800', 'a b', 'ü'])('%j is nobody’s name', (name) => {
    const book = new LabelBook(known);
    expect(book.of(name, name)).toEqual({ task: 'other', queue: 'other' });
    expect(book.exception('a.known', name)).toBe('other');
  });

  it('tell so many classes of errors of each task apart', () => {
    const book = new LabelBook(known);
    for (let index = 0; index < 30; index++) book.exception('a', `E${index}`);
    expect(book.exception('a', 'E19')).toBe('E19');
    expect(book.exception('a', 'E20')).toBe('other');
    expect(book.exception('b', 'E20')).toBe('E20');
  });

  it('are only so many, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 500 }), (names) => {
        const book = new LabelBook(known, 5);
        const seen = new Set(names.map((name) => book.of(name, name).task));
        expect(seen.size).toBeLessThanOrEqual(6);
      }),
    );
  });
});
