import type { RecipientVerdict } from '../message/email-status.js';

/** What was decided about one recipient. */
export interface Verdict {
  /** Of the recipient row. */
  readonly id: string;
  readonly verdict: RecipientVerdict;
  readonly detail: string | null;
  /** The SMTP reply code. */
  readonly code: number | null;
  /** RFC 3463: `5.1.1`. */
  readonly enhancedCode: string | null;
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

/** The end without a delivery; or, `unknown`, without an answer. */
interface UnsentOutcome extends Outcome {
  readonly status: 'blocked' | 'failed' | 'expired' | 'unknown';
  readonly reason: string;
}

/** A trouble that may pass. */
interface DeferredOutcome extends Outcome {
  readonly status: 'deferred';
  readonly reason: string;
  /** Milliseconds until the next attempt. */
  readonly delay: number;
  /** The answer to a copy that some of the recipients have by now. */
  readonly smtpResponse?: string;
}

/** What an attempt came to, ready to be written. */
export type SendOutcome = SentOutcome | UnsentOutcome | DeferredOutcome;
