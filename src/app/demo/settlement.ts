import { setTimeout as wait } from 'node:timers/promises';
import type { EmailSummaryBody } from '../emails/email.schema.js';
import type { ApiClient } from './api-client.js';

const FINAL: ReadonlySet<string> = new Set(['sent', 'blocked', 'failed', 'expired']);
const POLL_MS = 300;

export function isFinal(status: string | undefined): boolean {
  return status !== undefined && FINAL.has(status);
}

/** Waits until so many e-mails have come to their end, or the time is over. @returns what the application says of them */
export async function settle(
  total: number,
  client: ApiClient,
  timeout: number,
  onProgress: (settled: number) => void,
): Promise<Map<string, EmailSummaryBody>> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const states = await client.list();
    const settled = states.filter(({ status }) => isFinal(status)).length;
    onProgress(settled);
    if (settled === total || Date.now() > deadline) return new Map(states.map((email) => [email.id, email]));
    await wait(POLL_MS);
  }
}
