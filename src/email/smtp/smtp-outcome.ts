import type { Verdict } from '../outbox/send-outcome.js';
import type { Patience } from './patience.js';

interface Judged {
  readonly verdicts: readonly Verdict[];
}

/** What the SMTP server made of a message. */
export type SmtpOutcome =
  /** It took responsibility for at least one recipient. `wait` if others were put off. */
  | (Judged & { kind: 'accepted'; response: string; wait: Patience | null })
  /** It never will, for anybody; trying again would get the same answer. */
  | (Judged & { kind: 'refused'; reason: string })
  /** It may at another time, for those who were put off. */
  | (Judged & { kind: 'transient'; reason: string; wait: Patience })
  /** The server, the connection or the account is in trouble: no other message would fare better. */
  | (Judged & { kind: 'unavailable'; reason: string })
  /** It has the whole message, and has not answered: it may take responsibility, or not. */
  | (Judged & { kind: 'ambiguous'; reason: string });
