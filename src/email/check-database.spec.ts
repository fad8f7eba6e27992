import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { checkDatabase } from './check-database.js';
import { MissingEmailEntitiesError, UnsupportedDatabaseError } from './errors/index.js';

describe("the application's DataSource", () => {
  it('must be Postgres', () => {
    const other = { options: { type: 'mariadb' } } as DataSource;
    expect(() => checkDatabase(other)).toThrow(UnsupportedDatabaseError);
    expect(() => checkDatabase(other)).toThrow(
      /^EmailModule needs a Postgres DataSource, and this one is "mariadb"/,
    );
  });

  it('must know the entities of the outbox', () => {
    const database = new DataSource({ type: 'postgres', url: 'postgres://localhost/x' });
    expect(() => checkDatabase(database)).toThrow(MissingEmailEntitiesError);
  });
});
