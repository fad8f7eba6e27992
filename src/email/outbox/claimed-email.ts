import type { BlockListEntry } from '../block/list-entry.js';
import type { RecipientKind, RecipientVerdict } from '../message/email-status.js';
import type { Unsubscribe } from '../message/unsubscribe.js';

export interface ClaimedRecipient {
  readonly id: string;
  readonly kind: RecipientKind;
  readonly name: string | null;
  readonly address: string;
  readonly normalised: string;
  /** Of an earlier attempt. One that has a verdict is done with, unless it was deferred. */
  readonly verdict: RecipientVerdict | null;
  readonly detail: string | null;
  /** The limits have let it pass. */
  readonly cleared: boolean;
  /** Of an earlier refusal. */
  readonly enhancedCode: string | null;
}

/** A file of a message; its content is read when it is sent. */
export interface ClaimedAttachment {
  readonly filename: string;
  readonly contentType: string;
  readonly cid: string | null;
  /** SHA-256 of the content, in hexadecimal digits. */
  readonly hash: string;
  /** In bytes. */
  readonly size: number;
}

/** A message that this worker alone may send until its lease ends. */
export interface ClaimedEmail {
  readonly id: string;
  /** Shown when the outcome is written. */
  readonly token: string;
  readonly fromName: string | null;
  readonly fromAddress: string;
  /** null: the template's. */
  readonly subject: string | null;
  readonly text: string | null;
  readonly html: string | null;
  readonly template: string | null;
  /** What the template is to be rendered with; null: there is nothing to be rendered, or it has been. */
  readonly context: object | null;
  readonly unsubscribe: Unsubscribe | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly messageId: string;
  readonly messageClass: string;
  readonly date: Date;
  readonly expiresAt: Date | null;
  /** By the server's clock. */
  readonly expired: boolean;
  /** Of an earlier attempt that reached some of the recipients. */
  readonly smtpResponse: string | null;
  readonly recipients: readonly ClaimedRecipient[];
  /** What the allow and the deny list say of its recipients. */
  readonly listed: readonly BlockListEntry[];
  readonly attachments: readonly ClaimedAttachment[];
}

/** Whether a recipient is still to get the message. */
export const isOpen = ({ verdict }: Pick<ClaimedRecipient, 'verdict'>): boolean =>
  verdict === null || verdict === 'deferred';
