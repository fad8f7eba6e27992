import type { NodemailerError } from 'nodemailer';
import type { ClaimedRecipient } from '../outbox/claimed-email.js';
import type { Verdict } from '../outbox/send-outcome.js';
import { errorOf, judgeRecipient, type Refusal } from './judge-recipient.js';
import { patienceOf } from './patience.js';
import { smtpText } from './smtp-text.js';
import type { SmtpOutcome } from './smtp-outcome.js';

/** What nodemailer tells of a message the server took. */
export interface Acceptance {
  readonly response: string;
  readonly rejected: readonly string[];
  readonly rejectedErrors?: readonly NodemailerError[] | undefined;
}

/** Judges each recipient of an accepted message. What is said of the account at one of them is said of that one alone. */
export function judgeAcceptance(
  { response, rejected, rejectedErrors }: Acceptance,
  recipients: readonly ClaimedRecipient[],
): SmtpOutcome & { kind: 'accepted' } {
  const left = new Set(rejected.map((address) => address.toLowerCase()));
  const deferred: Refusal[] = [];
  const verdicts = recipients.map((recipient): Verdict => {
    const { id, normalised } = recipient;
    if (!left.has(normalised))
      return { id, verdict: 'accepted', detail: null, code: null, enhancedCode: null };
    const error = errorOf(recipient, rejectedErrors) ?? new Error('refused');
    const refusal = judgeRecipient(recipient, error);
    const verdict: Verdict = refusal.verdict ?? {
      id,
      verdict: 'deferred',
      detail: smtpText(refusal.text),
      code: (error as NodemailerError).responseCode ?? null,
      enhancedCode: null,
    };
    if (verdict.verdict === 'deferred') deferred.push(refusal);
    return verdict;
  });
  return { kind: 'accepted', response: smtpText(response), wait: patienceOf(deferred), verdicts };
}
