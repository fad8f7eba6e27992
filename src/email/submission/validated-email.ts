import type { TaskPriority } from '../../tasks/index.js';
import type { ValidatedAttachment } from '../attachments/validated-attachment.js';
import type { RecipientKind } from '../message/email-status.js';
import type { Unsubscribe } from '../message/unsubscribe.js';
import type { Address } from './address.js';

export interface ValidatedRecipient extends Address {
  readonly kind: RecipientKind;
}

/** What a message says; or the template that says it, before it is rendered. */
export interface ValidatedContent {
  /** null: the template's. */
  readonly subject: string | null;
  readonly text: string | null;
  readonly html: string | null;
  readonly template: string | null;
  /** null: there is nothing to be rendered, or it has been. */
  readonly context: object | null;
}

/** A message that can be stored and sent as it is. */
export interface ValidatedEmail extends ValidatedContent {
  readonly recipients: readonly ValidatedRecipient[];
  readonly headers: Readonly<Record<string, string>>;
  readonly attachments: readonly ValidatedAttachment[];
  readonly messageClass: string;
  /** null: that of its class. */
  readonly priority: TaskPriority | null;
  readonly unsubscribe: Unsubscribe | null;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly idempotencyKey: string | null;
  readonly sendAt: Date | null;
  readonly expiresAt: Date | null;
}

/** A message that is accepted: what depends on the application is decided. */
export interface AcceptedEmail extends ValidatedEmail {
  readonly priority: TaskPriority;
}
