import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitsWildcard } from './wildcard.js';

describe('a wildcard', () => {
  it.each([
    ['*@*.example.com', 'a@mail.example.com', true],
    ['*@*.example.com', 'a@example.com', false],
    ['*@example.*', 'a@example.org', true],
    ['spam*@example.com', 'spam42@example.com', true],
    ['spam*@example.com', 'ham@example.com', false],
    ['*@*', 'a@example.com', true],
    ['a*a@x.y', 'aa@x.y', true],
    ['a*b*c@x.y', 'aXbbYc@x.y', true],
    ['a.b@x.y', 'aXb@x.y', false],
  ])('%s: %s %s', (pattern, address, fits) => expect(fitsWildcard(pattern, address)).toBe(fits));

  it('means what a regular expression would', () => {
    const letters = fc
      .array(fc.constantFrom('a', 'b', '.', '*'), { maxLength: 8 })
      .map((all) => all.join(''));
    const text = fc.array(fc.constantFrom('a', 'b', '.'), { maxLength: 10 }).map((all) => all.join(''));
    fc.assert(
      fc.property(letters, text, (pattern, address) => {
        const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
        expect(fitsWildcard(pattern, address)).toBe(expression.test(address));
      }),
    );
  });
});
