import type { NodemailerError } from 'nodemailer';
import type { ClaimedRecipient } from '../outbox/claimed-email.js';
import type { Verdict } from '../outbox/send-outcome.js';
import { smtpText } from './smtp-text.js';
import type { SmtpOutcome } from './smtp-outcome.js';

/** What nodemailer tells of a message the server took. */
export interface Acceptance {
  readonly response: string;
  readonly rejected: readonly string[];
  readonly rejectedErrors?: readonly NodemailerError[] | undefined;
}

/**
 * Judges each recipient of an accepted message. One the server put off is refused like one it refused for good:
 * another attempt at the same message could reach those who have it already.
 */
export function judgeAcceptance(
  info: Acceptance,
  recipients: readonly ClaimedRecipient[],
): SmtpOutcome & { kind: 'accepted' } {
  const rejected = new Set(info.rejected.map((address) => address.toLowerCase()));
  const left: string[] = [];
  const verdicts = recipients.map((recipient): Verdict => {
    if (!rejected.has(recipient.normalised)) {
      return { id: recipient.id, verdict: 'accepted', detail: null, code: null };
    }
    const error = errorOf(recipient, info.rejectedErrors);
    const why = smtpText(error?.response ?? error?.message ?? 'refused');
    const detail = error?.permanent === true ? why : `${why} (not tried again: others have the message)`;
    left.push(`${recipient.address}: ${detail}`);
    return { id: recipient.id, verdict: 'refused', detail, code: error?.responseCode ?? null };
  });
  const reason = left.length === 0 ? null : `not to ${left.join('; ')}`;
  return { kind: 'accepted', response: smtpText(info.response), reason, verdicts };
}

export function errorOf(
  recipient: ClaimedRecipient,
  errors: readonly NodemailerError[] | undefined,
): NodemailerError | undefined {
  return errors?.find((error) => error.recipient?.toLowerCase() === recipient.normalised);
}
