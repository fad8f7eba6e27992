import { AttachmentStoreError, DamagedAttachmentError } from '../errors/index.js';
import type { SmtpOutcome } from '../smtp/smtp-outcome.js';
import { smtpText } from '../smtp/smtp-text.js';

/**
 * What a message comes to whose attachments could not be read to their end; null if that is not why it was not sent.
 * The server has not got its final dot: it has not accepted it, however much of it it has seen.
 */
export function judgeAttachments(error: unknown): SmtpOutcome | null {
  if (error instanceof DamagedAttachmentError) {
    return { kind: 'refused', reason: smtpText(error.message), verdicts: [] };
  }
  if (error instanceof AttachmentStoreError) {
    return {
      kind: 'transient',
      reason: smtpText(error.message),
      verdicts: [],
      wait: { kind: 'transient', hint: null },
    };
  }
  return null;
}
