/**
 * A database transaction of the caller's, open until the caller commits it or rolls it back. TypeORM's EntityManager
 * and QueryRunner are such.
 *
 * @publicApi
 */
export interface Transaction {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}
