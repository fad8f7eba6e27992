import type { EmailInput } from '../../../src/email/index.js';

/** So many messages, each to somebody else, under keys of one run. */
export function newsletter(run: string, count: number): EmailInput[] {
  return Array.from({ length: count }, (_, index) => ({
    to: `reader-${index}@example.com`,
    subject: `${run} ${index}`,
    text: 'News',
    idempotencyKey: `${run}-${index}`,
  }));
}
