import { describe, expect, it } from 'vitest';
import { transportOptions } from './transport-options.js';

describe('the transport', () => {
  it('is a pool, bounded tightly up to the greeting and patient with the final reply', () => {
    expect(transportOptions('smtp://mail.example.com:25')).toMatchObject({
      pool: true,
      url: 'smtp://mail.example.com:25',
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 600_000,
      disableFileAccess: true,
      disableUrlAccess: true,
      tls: { minVersion: 'TLSv1.2' },
    });
  });

  it('keeps what it is given, but stays a pool without access to files', () => {
    const given = {
      host: 'h',
      port: 25,
      socketTimeout: 1_000,
      pool: false,
      disableFileAccess: false,
      tls: { ca: 'x' },
    };
    expect(transportOptions(given)).toMatchObject({
      socketTimeout: 1_000,
      pool: true,
      disableFileAccess: true,
      tls: { minVersion: 'TLSv1.2', ca: 'x' },
    });
  });

  it.each([
    ['smtp://mail.example.com', true],
    ['smtp://mail.example.com:587', true],
    [{ host: 'mail.example.com' }, true],
    ['smtp://mail.example.com:25', undefined],
    ['smtps://mail.example.com:587', undefined],
    ['smtp://localhost:587', undefined],
    ['smtp://[::1]:587', undefined],
    [{ host: 'mail.example.com', port: 465, secure: true }, undefined],
    [{ host: 'mail.example.com', requireTLS: false }, false],
  ])('%j requires STARTTLS: %s', (given, required) => {
    expect(transportOptions(given).requireTLS).toBe(required);
  });
});
