import { MissingPgDriverError } from './errors.js';

export interface Refusal {
  readonly message: string;
  /** Asking again will not help: it is about who we are, not about when. */
  readonly final: boolean;
}

const TIMEOUT = 5_000;
const INVALID_AUTHORIZATION = /^28/;

/** Logs in and runs a statement. Answers why that failed, or nothing. */
export async function refusal(url: string): Promise<Refusal | undefined> {
  const { Client } = await loadPg();
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: TIMEOUT,
    query_timeout: TIMEOUT,
  });
  client.on('error', () => {}); // told by the query as well; unheard it would end the process
  try {
    await client.connect();
    await client.query('SELECT 1');
    return undefined;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return { message, final: INVALID_AUTHORIZATION.test(code ?? '') };
  } finally {
    await client.end();
  }
}

async function loadPg(): Promise<typeof import('pg')> {
  try {
    return (await import('pg')).default as unknown as typeof import('pg');
  } catch (error) {
    throw new MissingPgDriverError(error);
  }
}
