import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainCopy, redact } from './redact.js';
import { redactText } from './redact-text.js';

describe('text', () => {
  it.each([
    // Passwords in URLs.
    ['redis://:hunter2@10.0.0.1:6379', 'redis://:[redacted]@10.0.0.1:6379'],
    ['postgres://app:p@ss/w:rd@db:5432/shop', 'postgres://app:[redacted]@db:5432/shop'],
    [
      'smtps://me%40example.com:pw@smtp.example.com:465 is down',
      'smtps://[address]:[redacted]@smtp.example.com:465 is down',
    ],
    ['https://ghp_abc123@github.com/x', 'https://[redacted]@github.com/x'],
    // Tokens.
    ['Authorization: Bearer abc.DEF-123==', 'Authorization: [redacted]'],
    ['sent Bearer abc.DEF-123==, refused', 'sent Bearer [redacted], refused'],
    ['authorization: Basic dXNlcjpwYXNz', 'authorization: [redacted]'],
    ['GET /x?token=abc&page=2', 'GET /x?token=[redacted]&page=2'],
    ['{"apiKey":"a\\"b","page":2}', '{"apiKey":[redacted],"page":2}'],
    [`{ password: 'it''s', user: 'x' }`, `{ password: [redacted]'s', user: 'x' }`],
    ['client_secret=s3cr3t', 'client_secret=[redacted]'],
    ['X-Api-Key: 123', 'X-Api-Key: [redacted]'],
    ['aws_secret_access_key = AKIA', 'aws_secret_access_key = [redacted]'],
    ['jwt eyJhbGciOiJI.eyJzdWIiOiIx.sig-_', 'jwt [redacted]'],
    ['-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- x', '[redacted] x'],
    // Addresses.
    ['to bob@example.com.', 'to [address].'],
    ['Bob <bob.o+tag@mail.example.co.uk>', 'Bob <[address]>'],
    ['"b ob"@example.com', '[address]'],
    ['用户@例子.公司, bob@localhost, bob@[10.0.0.1]', '[address], [address], [address]'],
    ['/unsubscribe?of=bob%40example.com', '/[address]'],
  ])('%s', (text, clean) => expect(redactText(text)).toBe(clean));

  it.each([
    'Listening on http://localhost:3000/@vite/client',
    'at file:///app/node_modules/@nestjs/common/logger.js:12:3',
    'npm i @nestjs/common@12.5.1',
    'The password is wrong',
    'Unexpected token < in JSON at position 0',
    '"thumbnail.render" (images:1f) failed, again in 2s: no such file',
    'redis://10.0.0.1:6379/0',
  ])('%s stays', (text) => expect(redactText(text)).toBe(text));

  it.each(['a', 'a.', 'a@', '"', '\\', 'password=', 'token="', '://', 'x:', '.a-', 'eyJaaaaa.'])(
    'of many %j takes time in proportion to its length',
    (part) => {
      const began = performance.now();
      redactText(part.repeat(100_000 / part.length));
      expect(performance.now() - began).toBeLessThan(1_500);
    },
  );
});

describe('values', () => {
  it('under the names of secrets are not shown, whatever they are', () => {
    const value = {
      password: 'a',
      nested: [{ accessToken: { value: 'b' }, Authorization: ['c'], page: 2 }],
      'x-api-key': 3,
      auth: { user: 'd', pass: 'e' },
      token: null,
    };
    expect(redact(value)).toEqual({
      password: '[redacted]',
      nested: [{ accessToken: '[redacted]', Authorization: '[redacted]', page: 2 }],
      'x-api-key': '[redacted]',
      auth: '[redacted]',
      token: null,
    });
  });

  it('are not changed themselves', () => {
    const value = { password: 'a', list: ['bob@example.com'] };
    redact(value);
    expect(value).toEqual({ password: 'a', list: ['bob@example.com'] });
  });

  it('may be errors, with causes and properties', () => {
    const cause = new TypeError('no route to bob@example.com');
    const error = Object.assign(new Error('redis://:hunter2@x is down', { cause }), {
      password: 'p4ss',
      code: 'E1',
    });
    const clean = redact(error) as Error;
    expect(clean).toBeInstanceOf(Error);
    expect(clean).toMatchObject({
      message: 'redis://:[redacted]@x is down',
      code: 'E1',
      password: '[redacted]',
    });
    expect(inspect(clean, { depth: 9, showHidden: true })).not.toMatch(/hunter2|bob@|p4ss/);
  });

  it('of any kind can be written as JSON', () => {
    const circle: Record<string, unknown> = { to: 'bob@example.com' };
    circle['self'] = circle;
    const hostile = {
      circle,
      date: new Date(0),
      url: new URL('redis://:pw@host'),
      map: new Map([['bob@example.com', 1]]),
      set: new Set(['bob@example.com']),
      buffer: Buffer.from('secret'),
      fails: Object.defineProperty({}, 'x', { enumerable: true, get: () => expect.fail() }),
      toJSON: undefined,
      json: { toJSON: () => ({ password: 'x' }) },
      broken: {
        toJSON: () => {
          throw new Error('no');
        },
      },
      proxy: new Proxy({}, { ownKeys: () => expect.fail() }),
      symbol: Symbol('bob@example.com'),
    };
    expect(redact(hostile)).toEqual({
      circle: { to: '[address]', self: '[Circular]' },
      date: '1970-01-01T00:00:00.000Z',
      url: 'redis://:[redacted]@host',
      map: { '[address]': 1 },
      set: ['[address]'],
      buffer: '[6 bytes]',
      fails: '[Unreadable]',
      toJSON: undefined,
      json: { password: '[redacted]' },
      broken: '[Unreadable]',
      proxy: '[Unreadable]',
      symbol: 'Symbol([address])',
    });
  });

  it('that are too many are cut', () => {
    expect(JSON.stringify(redact(Array.from({ length: 100_000 }, () => ({ a: 1 })))).length).toBeLessThan(
      200_000,
    );
  });

  it('never throw, and lose no shape that JSON has', () => {
    fc.assert(
      fc.property(
        fc.anything({ withMap: true, withSet: true, withBigInt: false }),
        (value) => void redact(value),
      ),
    );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        expect(plainCopy(value)).toEqual(value);
      }),
    );
  });

  const secret = fc.stringMatching(/^[A-Za-z0-9+/_-]{12,40}$/);
  it('never show a secret by its name, in whatever they are wrapped', () => {
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom(
          'password',
          'dbPassword',
          'secret',
          'token',
          'authorization',
          'apiKey',
          'API_KEY',
          'cookie',
        ),
        fc.array(fc.constantFrom('list', 'object', 'error', 'text', 'json'), { maxLength: 4 }),
        (hidden, key, wrappings) => {
          let value: unknown = { [key]: hidden };
          for (const wrapping of wrappings) value = WRAPPINGS[wrapping](value);
          expect(inspect(redact(value), { depth: 20 })).not.toContain(hidden);
        },
      ),
    );
  });

  it('never show an address', () => {
    fc.assert(
      fc.property(fc.emailAddress(), fc.string(), (address, text) => {
        expect(redactText(`${text} ${address} ${text}`)).not.toContain(` ${address} `);
      }),
    );
  });
});

const WRAPPINGS = {
  list: (value: unknown): unknown => [value],
  object: (value: unknown): unknown => ({ value }),
  error: (value: unknown): unknown => new Error('failed', { cause: value }),
  text: (value: unknown): unknown => (typeof value === 'string' ? value : JSON.stringify(value)),
  json: (value: unknown): unknown => ({ toJSON: () => value }),
};
