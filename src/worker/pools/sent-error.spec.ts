import { describe, expect, it } from 'vitest';
import { TimeLimitExceeded } from '../../tasks/errors/delivery.errors.js';
import { receiveError, sendError } from './sent-error.js';

class BadImage extends Error {
  constructor(readonly pixels: number) {
    super(`${pixels} pixels`);
  }
}

const across = (thrown: unknown, classes: (typeof BadImage)[] = []) =>
  receiveError(JSON.parse(JSON.stringify(sendError(thrown))), classes);

describe('an error that crosses to another process', () => {
  it('keeps its class, message, stack, properties and causes', () => {
    const thrown = Object.assign(new BadImage(7), { cause: new TypeError('inner', { cause: 'deeper' }) });
    const received = across(thrown, [BadImage]);
    expect(received).toBeInstanceOf(BadImage);
    expect(received).toMatchObject({ name: 'BadImage', message: '7 pixels', pixels: 7 });
    expect(received.stack).toContain('sent-error.spec');
    expect(received.cause).toMatchObject({ name: 'TypeError', message: 'inner' });
    expect((received.cause as Error).cause).toMatchObject({ message: 'thrown: deeper' });
  });

  it('is of Celeriac’s own classes without their being named', () => {
    const received = across(new TimeLimitExceeded('t', '1s', false));
    expect(received).toBeInstanceOf(TimeLimitExceeded);
    expect(received).toMatchObject({ task: 't', limit: '1s', abandoned: false });
  });

  it('of a class unknown here is an Error with its name', () => {
    const received = across(new BadImage(1));
    expect(received).toBeInstanceOf(Error);
    expect(received).not.toBeInstanceOf(BadImage);
    expect(received.name).toBe('BadImage');
  });

  it('leaves behind what is no plain JSON, and survives what cannot be read', () => {
    const odd = Object.assign(new Error('odd'), { when: new Date(), size: 1n, kept: { a: 1 } });
    expect(across(odd)).toMatchObject({ kept: { a: 1 } });
    expect(across(odd)).not.toHaveProperty('when');
    expect(across('just text').message).toBe('thrown: just text');
    const hostile = Object.defineProperty(new Error('x'), 'message', {
      get() {
        throw new Error('even this');
      },
    });
    expect(across(hostile).message).toMatch(/cannot be read/);
  });
});
