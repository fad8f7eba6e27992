import type { NodemailerError } from 'nodemailer';
import type { ClaimedRecipient } from '../outbox/claimed-email.js';
import { judgeRecipient, errorOf } from './judge-recipient.js';
import { patienceOf } from './patience.js';
import { smtpText } from './smtp-text.js';
import type { SmtpOutcome } from './smtp-outcome.js';

/** Errors of nodemailer's own that the same message would meet again. */
const HOPELESS = new Set(['EMAXRECIPIENTS', 'EOTP', 'EFILEACCESS', 'EURLACCESS']);

/**
 * Judges a message that was not accepted. Recipients refused for good get their verdict; if any was only put off, the
 * message is tried again for the rest.
 *
 * @param complete the whole content was on its way: without a reply, the server may have taken it
 */
export function judgeFailure(
  error: NodemailerError,
  recipients: readonly ClaimedRecipient[],
  complete: boolean,
): Exclude<SmtpOutcome, { kind: 'accepted' }> {
  const reason = describe(error);
  if (complete && !error.responseCode)
    return { kind: 'ambiguous', reason: `no answer: ${reason}`, verdicts: [] };
  if (isUnfit(error)) return refusedForAll(reason, recipients);
  // Nodemailer names every trouble of the connection; what has no code is a fault of ours.
  if (error.code === undefined)
    return { kind: 'transient', reason, verdicts: [], wait: { kind: 'transient', hint: null } };
  const refusals = recipients.map((recipient) =>
    judgeRecipient(recipient, errorOf(recipient, error.rejectedErrors) ?? error),
  );
  const verdicts = refusals.flatMap(({ verdict }) => verdict ?? []);
  if (refusals.some(({ kind }) => kind === 'account')) return { kind: 'unavailable', reason, verdicts };
  const wait = patienceOf(refusals.filter(({ verdict }) => verdict?.verdict === 'deferred'));
  return wait ? { kind: 'transient', reason, verdicts, wait } : { kind: 'refused', reason, verdicts };
}

/** Nodemailer found it unfit, without asking the server: too large for it, no recipients, a file for content. */
function isUnfit({ code = '', responseCode }: NodemailerError): boolean {
  return HOPELESS.has(code) || (responseCode === undefined && (code === 'EENVELOPE' || code === 'EMESSAGE'));
}

function refusedForAll(
  reason: string,
  recipients: readonly ClaimedRecipient[],
): SmtpOutcome & { kind: 'refused' } {
  const verdicts = recipients.map(({ id }) => ({
    id,
    verdict: 'refused' as const,
    detail: reason,
    code: null,
    enhancedCode: null,
  }));
  return { kind: 'refused', reason, verdicts };
}

function describe(error: NodemailerError): string {
  if (error.rejectedErrors?.length) {
    const each = error.rejectedErrors.map((one) => `${one.recipient}: ${one.response ?? one.message}`);
    return smtpText(`refused by the SMTP server: ${each.join('; ')}`);
  }
  if (error.response) {
    const where = error.code === 'EAUTH' ? 'the SMTP server refused the login' : 'refused by the SMTP server';
    return smtpText(`${where}: ${error.response}`);
  }
  return smtpText(`${error.message} (${error.originalCode ?? error.code ?? error.name})`);
}
