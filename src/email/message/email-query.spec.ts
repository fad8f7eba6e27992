import { describe, expect, it } from 'vitest';
import { InvalidEmailQueryError } from '../errors/index.js';
import { encodeCursor, parseQuery, type EmailQuery } from './email-query.js';

describe('a query of the outbox', () => {
  it('asks for 50 messages unless told otherwise', () => {
    expect(parseQuery({})).toMatchObject({ limit: 50 });
  });

  it('goes on where its cursor says', () => {
    expect(parseQuery({ cursor: encodeCursor('42') })).toMatchObject({ before: '42' });
  });

  it('finds a recipient however the address is written', () => {
    expect(parseQuery({ to: 'Ann <A@Example.com>' })).toMatchObject({ to: 'a@example.com' });
  });

  it.each([
    [{ status: 'done' }, 'status'],
    [{ limit: 0 }, 'limit'],
    [{ limit: 201 }, 'limit'],
    [{ limit: 1.5 }, 'limit'],
    [{ cursor: 'x' }, 'cursor'],
    [{ cursor: encodeCursor('1 OR 1=1') }, 'cursor'],
    [{ to: 'nobody' }, 'to'],
  ])('%j is refused', (query, field) => {
    expect(() => parseQuery(query as EmailQuery)).toThrow(InvalidEmailQueryError);
    expect(() => parseQuery(query as EmailQuery)).toThrow(new RegExp(`^${field} cannot be`));
  });
});
