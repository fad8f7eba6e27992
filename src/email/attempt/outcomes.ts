import type { ClaimedEmail } from '../outbox/claimed-email.js';
import { isOpen } from '../outbox/claimed-email.js';
import type { SendOutcome, Verdict } from '../outbox/send-outcome.js';

/** How one recipient stands after an attempt. */
interface Standing {
  readonly address: string;
  readonly verdict: Verdict['verdict'] | null;
  readonly detail: string | null;
}

/**
 * What a message comes to when nothing more is tried: `sent` if anybody has it, `blocked` if everybody was kept from
 * it, else `failed`, or whatever ended it.
 *
 * @param response of the SMTP server, if it accepted it in this attempt
 */
export function conclude(
  email: ClaimedEmail,
  verdicts: readonly Verdict[],
  response: string | null,
  end: { readonly status: 'failed' | 'expired'; readonly reason: string } | null = null,
): SendOutcome {
  const standings = standingsAfter(email, verdicts);
  const left = standings.filter(({ verdict }) => verdict !== 'accepted');
  const reasons = left.map(({ address, detail }) => `${address}: ${detail ?? end?.reason ?? 'not tried'}`);
  if (left.length < standings.length) {
    const reason = left.length === 0 ? null : `not to ${reasons.join('; ')}`;
    const smtpResponse = response ?? email.smtpResponse ?? 'accepted earlier';
    return { status: 'sent', reason, smtpResponse, verdicts };
  }
  if (left.every(({ verdict }) => verdict === 'blocked'))
    return { status: 'blocked', reason: reasons.join('; '), verdicts };
  return { status: end?.status ?? 'failed', reason: end?.reason ?? reasons.join('; '), verdicts };
}

/** Those still open are refused for this reason: nothing more is tried. */
export function refuseOpen(email: ClaimedEmail, verdicts: readonly Verdict[], reason: string): Verdict[] {
  const decided = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
  return email.recipients.flatMap((recipient): Verdict[] => {
    const verdict = decided.get(recipient.id);
    if (verdict && verdict.verdict !== 'deferred') return [verdict];
    if (!verdict && !isOpen(recipient)) return [];
    const { code = null, enhancedCode = null } = verdict ?? {};
    return [{ id: recipient.id, verdict: 'refused', detail: verdict?.detail ?? reason, code, enhancedCode }];
  });
}

/** "1 of 2 recipients have it", while the others are tried again; null if nobody has. */
export function reached(email: ClaimedEmail, verdicts: readonly Verdict[]): string | null {
  const standings = standingsAfter(email, verdicts);
  const accepted = standings.filter(({ verdict }) => verdict === 'accepted').length;
  return accepted === 0 ? null : `${accepted} of ${standings.length} recipients have it`;
}

function standingsAfter(email: ClaimedEmail, verdicts: readonly Verdict[]): Standing[] {
  const fresh = new Map(verdicts.map((verdict) => [verdict.id, verdict]));
  return email.recipients.map(({ id, address, verdict, detail }) => {
    const now = fresh.get(id);
    return { address, verdict: now?.verdict ?? verdict, detail: now ? now.detail : detail };
  });
}
