import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeError } from './error-record.js';
import { isStorable } from './well-formed-text.js';

class Named extends Error {}

describe('encoding what was thrown', () => {
  it('never throws, and always gives storable text', () => {
    fc.assert(
      fc.property(fc.anything(), fc.string({ unit: 'binary' }), (value, message) => {
        for (const thrown of [
          value,
          new Error(message),
          Object.assign(new Error(message), { name: message }),
        ]) {
          expect(Object.values(encodeError(thrown)).every((text: string) => isStorable(text))).toBe(true);
        }
      }),
    );
  });

  it('keeps class, message, stack and causes', () => {
    const error = new Named('outer', { cause: new TypeError('inner') });
    const record = encodeError(error);
    expect(record).toMatchObject({ name: 'Named', message: 'outer' });
    expect(record.stack).toMatch(/outer[\s\S]*Caused by: TypeError: inner/);
  });

  it('ends even if an error causes itself', () => {
    const error = new Error('loop');
    error.cause = error;
    expect(encodeError(error).stack.match(/Caused by/g)).toHaveLength(5);
  });

  it('cuts what is too long', () =>
    expect(encodeError(new Error('x'.repeat(1e6))).message).toHaveLength(4_096));
});
