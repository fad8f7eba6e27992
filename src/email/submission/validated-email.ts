import type { ValidatedAttachment } from '../attachments/validated-attachment.js';
import type { RecipientKind } from '../message/email-status.js';
import type { Address } from './address.js';

export interface ValidatedRecipient extends Address {
  readonly kind: RecipientKind;
}

/** A message that can be stored and sent as it is. */
export interface ValidatedEmail {
  readonly recipients: readonly ValidatedRecipient[];
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly ValidatedAttachment[];
  readonly messageClass: string;
  readonly idempotencyKey: string | null;
  readonly sendAt: Date | null;
  readonly expiresAt: Date | null;
}
