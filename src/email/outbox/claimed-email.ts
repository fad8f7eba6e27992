import type { RecipientKind, RecipientVerdict } from '../message/email-status.js';

export interface ClaimedRecipient {
  readonly id: string;
  readonly kind: RecipientKind;
  readonly name: string | null;
  readonly address: string;
  readonly normalised: string;
  /** Of an earlier attempt; a recipient that has one is done with. */
  readonly verdict: RecipientVerdict | null;
}

/** A message that this worker alone may send until its lease ends. */
export interface ClaimedEmail {
  readonly id: string;
  /** Shown when the outcome is written. */
  readonly token: string;
  readonly fromName: string | null;
  readonly fromAddress: string;
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly messageId: string;
  readonly date: Date;
  readonly expiresAt: Date | null;
  /** By the server's clock. */
  readonly expired: boolean;
  readonly recipients: readonly ClaimedRecipient[];
}
