import { describe, expect, it } from 'vitest';
import { type Asker, bearerAccess } from './bearer-access.js';

const request = (headers: Asker['headers'], remoteAddress = '127.0.0.1'): Asker => ({
  headers,
  socket: { remoteAddress },
});

describe('access with a token', () => {
  const access = bearerAccess('s3cret', 'X: token');

  it.each([
    ['Bearer s3cret', undefined],
    ['bearer s3cret', undefined],
    ['Bearer s3cre', 401],
    ['s3cret', 401],
    [undefined, 401],
  ])('%j → %j', (authorization, status) => {
    const headers = { host: 'metrics.example.com', ...(authorization !== undefined && { authorization }) };
    expect(access(request(headers, '10.0.0.7'))?.status).toBe(status);
  });
});

describe('access without a token', () => {
  const access = bearerAccess(undefined, 'X: token');

  it.each([
    [{ host: 'localhost:9464' }, '127.0.0.1', undefined],
    [{ host: '127.0.0.1:9464' }, '::ffff:127.0.0.1', undefined],
    [{ host: '[::1]:9464' }, '::1', undefined],
    [{ host: 'localhost:9464' }, '10.0.0.7', 403],
    [{ host: 'rebound.example.com' }, '127.0.0.1', 403],
    [{ host: 'localhost', 'x-forwarded-for': '10.0.0.7' }, '127.0.0.1', 403],
    [{ host: 'localhost', forwarded: 'for=10.0.0.7' }, '127.0.0.1', 403],
    [{}, '127.0.0.1', 403],
  ])('%j from %s → %j', (headers, from, status) => {
    expect(access(request(headers, from))?.status).toBe(status);
  });
});
