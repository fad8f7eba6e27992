import type { ClaimedEmail } from '../outbox/claimed-email.js';
import type { SendOutcome, SentOutcome, Verdict } from '../outbox/send-outcome.js';
import type { SmtpOutcome } from '../smtp/smtp-outcome.js';

export const expiredOutcome = (email: ClaimedEmail): SendOutcome => ({
  status: 'expired',
  reason: `not sent before ${email.expiresAt?.toISOString()}`,
  verdicts: [],
});

export const failedOutcome = (reason: string, verdicts: readonly Verdict[]): SendOutcome => ({
  status: 'failed',
  reason,
  verdicts,
});

/** Nobody is left: those not blocked now were blocked, or refused, at an earlier attempt. */
export function blockedOutcome(email: ClaimedEmail, blocked: readonly Verdict[]): SendOutcome {
  if (email.recipients.some((recipient) => recipient.verdict === 'refused')) {
    const reason = ['no recipient is left: some were refused earlier', ...blockReasons(email, blocked)].join(
      '; ',
    );
    return { status: 'failed', reason, verdicts: blocked };
  }
  return { status: 'blocked', reason: blockReasons(email, blocked).join('; '), verdicts: blocked };
}

export function acceptedOutcome(
  email: ClaimedEmail,
  answer: SmtpOutcome & { kind: 'accepted' },
  blocked: readonly Verdict[],
): SentOutcome {
  const left = [
    ...blockReasons(email, blocked).map((reason) => `not to ${reason}`),
    ...(answer.reason === null ? [] : [answer.reason]),
  ];
  return {
    status: 'sent',
    reason: left.length === 0 ? null : left.join('; '),
    smtpResponse: answer.response,
    verdicts: [...blocked, ...answer.verdicts],
  };
}

function blockReasons(email: ClaimedEmail, blocked: readonly Verdict[]): string[] {
  const addresses = new Map(email.recipients.map((recipient) => [recipient.id, recipient.address]));
  return blocked.map((verdict) => `${addresses.get(verdict.id)}: ${verdict.detail}`);
}
