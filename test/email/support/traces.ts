import type { DataSource } from 'typeorm';

/** The tables of a database, of whatever schema, in a row of which a text stands, in whichever column. */
export async function tracesOf(
  database: DataSource,
  text: string,
  except: readonly string[] = [],
): Promise<string[]> {
  const tables = await database.query<{ name: string }[]>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
       AND NOT table_name = ANY($1)
     ORDER BY 1`,
    [except],
  );
  const found: string[] = [];
  // Bytes are written in hexadecimal digits.
  const forms = [text, Buffer.from(text).toString('hex')];
  for (const { name } of tables) {
    const rows = await database.query<unknown[]>(
      `SELECT 1 FROM ${name} AS r WHERE strpos(lower(r::text), $1) > 0 OR strpos(r::text, $2) > 0 LIMIT 1`,
      forms,
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}
