import { describe, expect, it } from 'vitest';
import { InvalidBlockPatternError } from '../errors/index.js';
import { parseBlockPattern } from './block-pattern.js';

describe('an entry of the lists', () => {
  it.each([
    ['A@Example.com', 'a@example.com'],
    ['@Example.com', '@example.com'],
    ['@bücher.example', '@xn--bcher-kva.example'],
  ])('%s is kept as %s', (pattern, kept) => {
    expect(parseBlockPattern(pattern)).toBe(kept);
  });

  it.each(['', '@', 'example.com', '*@example.com, a', 'Ann <a@example.com>', '@exa mple.com'])(
    '%j is none',
    (pattern) => {
      expect(() => parseBlockPattern(pattern)).toThrow(InvalidBlockPatternError);
    },
  );
});
