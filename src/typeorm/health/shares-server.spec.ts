import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { sharesServer } from './shares-server.js';

const at = (options: object) =>
  ({ options: { type: 'postgres', ...options } }) as Pick<DataSource, 'options'>;
const broker = (url: string) => ({ type: 'postgres', url }) as const;

describe('whether broker and database stand on one server', () => {
  it.each([
    ['postgres://a@db:5432/x', { url: 'postgres://b@db/y' }, true],
    ['postgres://a@db/x', { host: 'db', port: 5432 }, true],
    ['postgres://a@db/x', { host: 'db' }, true],
    ['postgres://a@localhost/x', {}, true],
    ['postgres://a@db:5433/x', { host: 'db' }, false],
    ['postgres://a@db/x', { host: 'other' }, false],
  ])('%s and %j: %s', (url, options, shares) => {
    expect(sharesServer(broker(url), at(options))).toBe(shares);
  });

  it('a Redis is another', () => {
    expect(sharesServer({ type: 'redis', url: 'redis://db:5432' }, at({ host: 'db' }))).toBe(false);
  });
});
