import type { NodemailerError } from 'nodemailer';
import type { ClaimedRecipient } from '../outbox/claimed-email.js';
import type { Verdict } from '../outbox/send-outcome.js';
import { errorOf } from './judge-acceptance.js';
import { smtpText } from './smtp-text.js';
import type { SmtpOutcome } from './smtp-outcome.js';

/** Replies about the account or the service, not the message: they pass once a person or time has mended it. */
const ACCOUNT_REPLIES = new Set([421, 432, 454, 530, 534, 535, 538]);

/** RFC 5321: the service is going away, whatever the command. */
const SHUTTING_DOWN = 421;

/** Errors of nodemailer's own that the same message would meet again. */
const HOPELESS = new Set(['EMAXRECIPIENTS', 'EOTP', 'EFILEACCESS', 'EURLACCESS']);

/**
 * Judges a message that was not sent. Recipients refused for good get their verdict; if any was only put off,
 * the message is tried again for the rest.
 */
export function judgeFailure(
  error: NodemailerError,
  recipients: readonly ClaimedRecipient[],
): SmtpOutcome & { kind: 'refused' | 'transient' } {
  const reason = describe(error);
  if (!isAboutMessage(error)) {
    if (HOPELESS.has(error.code ?? '')) return { kind: 'refused', reason, verdicts: [] };
    // Nodemailer names every trouble of the connection; what has no code is a fault of ours.
    return { kind: 'transient', reason, verdicts: [], unavailable: error.code !== undefined };
  }
  const verdicts = error.rejectedErrors?.length
    ? recipients.flatMap((recipient) => refusal(recipient, errorOf(recipient, error.rejectedErrors)))
    : [];
  if (verdicts.length > 0) {
    return verdicts.length === recipients.length
      ? { kind: 'refused', reason, verdicts }
      : { kind: 'transient', reason, verdicts, unavailable: false };
  }
  return isPermanent(error)
    ? { kind: 'refused', reason, verdicts }
    : { kind: 'transient', reason, verdicts, unavailable: error.responseCode === SHUTTING_DOWN };
}

/** MAIL, RCPT and DATA; not the greeting or AUTH, and nothing that ended without a reply. */
function isAboutMessage(error: NodemailerError): boolean {
  return error.code === 'EENVELOPE' || error.code === 'EMESSAGE';
}

/** Without a reply it is nodemailer that found the message unfit: too large for the server, no recipients. */
function isPermanent(error: NodemailerError): boolean {
  if (error.responseCode === undefined) return true;
  return error.permanent === true && !ACCOUNT_REPLIES.has(error.responseCode);
}

function refusal(recipient: ClaimedRecipient, error: NodemailerError | undefined): Verdict[] {
  if (!error || !isPermanent(error)) return [];
  const detail = smtpText(error.response ?? error.message);
  return [{ id: recipient.id, verdict: 'refused', detail, code: error.responseCode ?? null }];
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
