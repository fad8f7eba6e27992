import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isStorable, storable } from './well-formed-text.js';

it('makes any string storable, and leaves a storable one alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(40), (text, limit) => {
      const made = storable(text, limit + 1);
      expect(isStorable(made)).toBe(true);
      expect(made.length).toBeLessThanOrEqual(limit + 1);
      if (isStorable(text)) expect(storable(text)).toBe(text);
    }),
  );
});
