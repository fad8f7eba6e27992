import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Outbox } from './support/outbox.js';

describe('the schema', () => {
  const outbox = new Outbox();
  beforeAll(() => outbox.start());
  afterAll(() => outbox.stop());

  it('is made by the migration exactly as the entities describe it', async () => {
    const { upQueries } = await outbox.db.driver.createSchemaBuilder().log();
    expect(upQueries.map((query) => query.query)).toEqual([]);
  });

  it('keeps every time with its zone', async () => {
    const columns: { data_type: string }[] = await outbox.db.query(
      `SELECT table_name, column_name, data_type FROM information_schema.columns
       WHERE table_name LIKE 'email%' AND data_type LIKE 'timestamp%'`,
    );
    expect(columns.length).toBeGreaterThan(8);
    expect(new Set(columns.map((column) => column.data_type))).toEqual(new Set(['timestamp with time zone']));
  });

  it('refuses a status that is none, and "has been sent" for any but sent', async () => {
    const id = await outbox.accept();
    const set = (clause: string) => outbox.db.query(`UPDATE email_message SET ${clause} WHERE id = $1`, [id]);
    await expect(set(`status = 'done'`)).rejects.toThrow('email_message_status');
    await expect(set('email_has_been_sent = true')).rejects.toThrow('email_message_sent');
  });

  it('finds the messages of a recipient within a window by an index alone', async () => {
    const plan: Record<string, string>[] = await outbox.db.transaction(async (manager) => {
      await manager.query('SET LOCAL enable_seqscan = off');
      return manager.query(
        `EXPLAIN SELECT count(*) FROM email_recipient WHERE normalised = 'a@example.com' AND created_on > now()`,
      );
    });
    expect(JSON.stringify(plan)).toContain('email_recipient_window');
  });

  it('is undone without a trace', async () => {
    const tables = async (): Promise<unknown[]> =>
      outbox.db.query(`SELECT relname FROM pg_class WHERE relname LIKE 'email%'`);
    for (const _ of outbox.db.migrations) await outbox.db.undoLastMigration();
    expect(await tables()).toEqual([]);
    await outbox.db.runMigrations();
  });
});
