import { describe, expect, it } from 'vitest';
import { InvalidOptionError } from '../../tasks/index.js';
import { dsn } from './dsn.js';

const parse = (value: unknown) => dsn(value, 'SentryModule', 'dsn');

describe('a DSN', () => {
  it.each([
    'https://0123abcd@o123.ingest.us.sentry.io/456',
    'http://public:secret@sentry.example.com:9000/sentry/7',
    'http://k@127.0.0.1:4711/1',
    'http://k@[::1]:4711/1',
  ])('%s is one', (value) => {
    expect(parse(value)).toBe(value);
  });

  it.each([null, ''])('%j is none, and nothing is reported', (value) => {
    expect(parse(value)).toBeNull();
  });

  it.each([
    'o123.ingest.sentry.io/456',
    'https://o123.ingest.sentry.io/456',
    'https://key@o123.ingest.sentry.io',
    'https://key@o123.ingest.sentry.io/project',
    'ftp://key@host/1',
    ' https://key@host/1',
    42,
    {},
  ])('%j fails the boot', (value) => {
    expect(() => parse(value)).toThrow(InvalidOptionError);
  });
});
