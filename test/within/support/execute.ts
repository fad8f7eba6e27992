import { Client } from 'pg';

/** One statement on a connection of its own. */
export async function execute<Row>(url: string, sql: string, parameters: unknown[] = []): Promise<Row[]> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query(sql, parameters);
    return rows as Row[];
  } finally {
    await client.end();
  }
}
