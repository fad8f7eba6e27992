import type { RecipientVerdict } from '../message/email-status.js';

/** What was decided about one recipient. */
export interface Verdict {
  /** Of the recipient row. */
  readonly id: string;
  readonly verdict: RecipientVerdict;
  readonly detail: string | null;
  readonly code: number | null;
}

interface Outcome {
  readonly verdicts: readonly Verdict[];
}

export interface SentOutcome extends Outcome {
  readonly status: 'sent';
  /** Which recipients were left out; null if none. */
  readonly reason: string | null;
  readonly smtpResponse: string;
}

/** The end without a delivery. */
interface UnsentOutcome extends Outcome {
  readonly status: 'blocked' | 'failed' | 'expired';
  readonly reason: string;
}

/** A trouble that may pass. */
interface DeferredOutcome extends Outcome {
  readonly status: 'deferred';
  readonly reason: string;
  /** Milliseconds until the next attempt. */
  readonly delay: number;
}

/** What an attempt came to, ready to be written. */
export type SendOutcome = SentOutcome | UnsentOutcome | DeferredOutcome;
