import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonProblem, jsonSize } from './plain-json.js';

const storableText = fc
  .string({ unit: 'grapheme' })
  .filter((text) => text.isWellFormed() && !text.includes('\0'));
const plain = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
    storableText,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      storableText.filter((name) => name !== '__proto__'),
      tie('value'),
      { maxKeys: 4, noNullPrototype: true },
    ),
  ),
})).value;

describe('plain JSON', () => {
  it('whatever has no problem comes back from JSON as it went in', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(findJsonProblem(value)).toBeUndefined();
        expect(JSON.parse(JSON.stringify(value))).toEqual(value);
      }),
    );
  });

  it('whatever fast-check can think of either round-trips or has a problem', () => {
    const equal = (a: unknown, b: unknown) => {
      expect(a).toEqual(b);
    };
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true }),
        (value) => {
          if (findJsonProblem(value)) return;
          equal(JSON.parse(JSON.stringify(value)), value);
        },
      ),
    );
  });

  it.each([
    [{ a: [1, { b: new Date() }] }, '$.a[1].b', /instance of Date/],
    [[Number.POSITIVE_INFINITY], '$[0]', /Infinity/],
    [{ 'k\0': 1 }, '$', /a key with/],
    [[undefined, 1], '$[0]', /undefined/],
    [Object.create({ inherited: 1 }), '$', /instance of/],
  ])('%j has a problem at %s', (value, path, problem) => {
    expect(findJsonProblem(value)).toMatchObject({ path, problem: expect.stringMatching(problem) });
  });

  it('a property that is undefined may vanish', () =>
    expect(findJsonProblem({ a: undefined })).toBeUndefined());

  it('measures bytes, not characters', () => expect(jsonSize('ü€')).toBe(7));
});
