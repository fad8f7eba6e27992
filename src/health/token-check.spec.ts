import { describe, expect, it } from 'vitest';
import { mayLook } from './token-check.js';

const request = (remoteAddress: string | undefined, authorization?: string) => ({
  headers: { authorization },
  socket: { remoteAddress },
});

describe('who may look', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.1.2.3', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['1127.0.0.1', false],
    [undefined, false],
  ])('without a token, from %s: %s', (address, may) => {
    expect(mayLook(request(address), undefined)).toBe(may);
  });

  it.each([
    ['Bearer secret', true],
    ['bearer  secret', true],
    ['Bearer secre', false],
    ['Bearer secret2', false],
    ['Basic secret', false],
    ['', false],
    [undefined, false],
  ])('with a token, %s: %s, wherever it comes from', (header, may) => {
    expect(mayLook(request('127.0.0.1', header), 'secret')).toBe(may);
    expect(mayLook(request('10.0.0.1', header), 'secret')).toBe(may);
  });
});
