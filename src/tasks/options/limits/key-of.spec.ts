import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStorable } from '../../encoder/well-formed-text.js';
import { InvalidKeyError } from '../../errors/enqueue.errors.js';
import { keyFrom, keyOfArguments } from './key-of.js';

const of = (key: unknown) => keyFrom('mail.send', 'unique.by', () => key as string, []);

describe('the key of a call', () => {
  it('is what the function derives from the arguments, a number as text', () => {
    expect(keyFrom('mail.send', 'lock', ([to]) => to as string, ['ada@example.com'])).toBe('ada@example.com');
    expect(of(7)).toBe('7');
    expect(of(0)).toBe('0');
  });

  it.each([undefined, null, '', Number.NaN, Infinity, true, {}, ['a']])('is never %s', (key) => {
    expect(() => of(key)).toThrow(InvalidKeyError);
  });

  it('names task, option and value in its error', () => {
    expect(() => of(undefined)).toThrow(
      /"mail\.send": the function of "unique\.by" gave undefined for its key.*non-empty string/s,
    );
    const broken = () => {
      throw new TypeError('no tenant');
    };
    expect(() => keyFrom('mail.send', 'lock', broken, [])).toThrow(/"lock" threw .*no tenant/);
  });

  it('is text of bounded length that every broker can store, another for another', () => {
    const unit = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      minLength: 1,
      maxLength: 400,
    });
    fc.assert(
      fc.property(unit, unit, (one, other) => {
        expect(of(one).length).toBeLessThanOrEqual(200);
        expect(isStorable(of(one))).toBe(true);
        expect(of(one) === of(other)).toBe(one === other);
      }),
    );
  });

  it('is that of all arguments by default', () => {
    expect(keyOfArguments(['a', { b: 1 }])).toBe(keyOfArguments(['a', { b: 1 }]));
    expect(keyOfArguments(['a', { b: 1 }])).not.toBe(keyOfArguments(['a', { b: 2 }]));
  });
});
