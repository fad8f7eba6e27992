import type { UnknownPolicy } from '../options/message-class.js';
import { type ClaimedEmail, isOpen } from '../outbox/claimed-email.js';
import type { SendOutcome, Verdict } from '../outbox/send-outcome.js';
import { OUTAGE_PAUSE } from '../send-policy.js';
import type { Patience } from '../smtp/patience.js';
import type { SmtpOutcome } from '../smtp/smtp-outcome.js';
import { nextAttempt } from './next-attempt.js';
import { conclude, reached, refuseOpen } from './outcomes.js';

/** What an attempt came to; with a `cause`, the call is to be retried, or to fail. */
export interface AttemptResult {
  readonly outcome: SendOutcome;
  readonly cause?: Error;
  /** The SMTP server is down, and known to be: the call waits, and spends no retry. */
  readonly paused?: true;
}

/** What is to be known beside the answer. */
export interface Circumstances {
  readonly email: ClaimedEmail;
  /** Of the block check. */
  readonly blocked: readonly Verdict[];
  readonly retries: number;
  readonly onUnknown: UnknownPolicy;
  /** The breaker is open. */
  readonly isDown: boolean;
  /** From 0 to 1. */
  readonly lot: number;
}

/** What the SMTP server's answer means for the message. */
export function answerOutcome(answer: SmtpOutcome, circumstances: Circumstances): AttemptResult {
  const { email, blocked, onUnknown, isDown } = circumstances;
  const verdicts = [...blocked, ...answer.verdicts];
  switch (answer.kind) {
    case 'accepted':
      if (!answer.wait) return { outcome: conclude(email, verdicts, answer.response) };
      return putOff(verdictWords(answer.verdicts), verdicts, answer.wait, circumstances, answer.response);
    case 'refused':
      return { outcome: conclude(email, verdicts, null, { status: 'failed', reason: answer.reason }) };
    case 'transient':
      return putOff(answer.reason, verdicts, answer.wait, circumstances);
    case 'unavailable':
      if (!isDown) return putOff(answer.reason, verdicts, AT_ONCE, circumstances);
      return {
        outcome: { status: 'deferred', reason: answer.reason, verdicts, delay: OUTAGE_PAUSE },
        paused: true,
      };
    case 'ambiguous':
      return ambiguous(answer.reason, verdicts, onUnknown, circumstances);
  }
}

const AT_ONCE: Patience = { kind: 'transient', hint: null };

/** A trouble that may pass: the message waits for the next attempt, or ends if this was the last. */
export function putOff(
  reason: string,
  verdicts: readonly Verdict[],
  wait: Patience,
  { email, retries, lot }: Circumstances,
  response: string | null = null,
): AttemptResult {
  const delay = nextAttempt(wait, retries, lot);
  const who = reached(email, verdicts);
  const cause = new Error(reason);
  if (delay !== null) {
    const words = who === null ? reason : `${who}; ${reason}`;
    const outcome = { status: 'deferred', reason: words, verdicts, delay } as const;
    return { outcome: response === null ? outcome : { ...outcome, smtpResponse: response }, cause };
  }
  const end = { status: 'failed', reason: `given up after ${retries + 1} attempts: ${reason}` } as const;
  const outcome = conclude(email, refuseOpen(email, verdicts, end.reason), response, end);
  return outcome.status === 'sent' ? { outcome } : { outcome, cause };
}

function ambiguous(
  reason: string,
  verdicts: readonly Verdict[],
  onUnknown: UnknownPolicy,
  circumstances: Circumstances,
): AttemptResult {
  const { email } = circumstances;
  switch (onUnknown) {
    case 'hold':
      return {
        outcome: { status: 'unknown', reason: `it may have arrived, or not: ${reason}`, verdicts },
      };
    case 'resend':
      return putOff(`it may have arrived, and is sent again: ${reason}`, verdicts, AT_ONCE, circumstances);
    case 'assumeSent': {
      const decided = new Set(verdicts.map(({ id }) => id));
      const assumed = email.recipients
        .filter((recipient) => !decided.has(recipient.id) && isOpen(recipient))
        .map(({ id }): Verdict => ({
          id,
          verdict: 'accepted',
          detail: `taken for accepted: ${reason}`,
          code: null,
          enhancedCode: null,
        }));
      return { outcome: conclude(email, [...verdicts, ...assumed], `taken for sent: ${reason}`) };
    }
  }
}

const verdictWords = (verdicts: readonly Verdict[]): string =>
  verdicts
    .filter(({ verdict }) => verdict === 'deferred')
    .map(({ detail }) => detail)
    .join('; ');
