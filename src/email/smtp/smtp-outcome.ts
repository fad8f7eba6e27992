import type { Verdict } from '../outbox/send-outcome.js';

interface Judged {
  readonly verdicts: readonly Verdict[];
}

/** What the SMTP server made of a message. */
export type SmtpOutcome =
  /** It took responsibility for at least one recipient. */
  | (Judged & { kind: 'accepted'; response: string; reason: string | null })
  /** It never will; trying again would get the same answer. */
  | (Judged & { kind: 'refused'; reason: string })
  /** It may at another time: connection, account, 4yz. */
  | (Judged & {
      kind: 'transient';
      reason: string;
      /** The server, not the message, is in trouble: no other message would fare better. */
      unavailable: boolean;
    });
