import type { TaskPriority } from '../../tasks/index.js';
import type { EmailEventKind, EmailStatus, RecipientKind, RecipientVerdict } from './email-status.js';
import type { Unsubscribe } from './unsubscribe.js';

/** One recipient of a message, and what became of it. @publicApi */
export interface EmailRecipientView {
  readonly kind: RecipientKind;
  readonly name: string | null;
  readonly address: string;
  /** null: not decided yet. */
  readonly verdict: RecipientVerdict | null;
  /** Why it was refused or blocked. */
  readonly detail: string | null;
  /** The SMTP reply code of a refusal. */
  readonly smtpCode: number | null;
  /** The same, finer: RFC 3463, such as `5.1.1`. */
  readonly enhancedCode: string | null;
}

/** A file of a message. @publicApi */
export interface EmailAttachmentView {
  readonly filename: string;
  readonly contentType: string;
  /** Of an inline image. */
  readonly cid: string | null;
  /** In bytes. */
  readonly size: number;
}

/** One step in the history of a message. @publicApi */
export interface EmailEventView {
  readonly at: Date;
  readonly kind: EmailEventKind;
  readonly detail: string | null;
}

/** A message without its content and history. @publicApi */
export interface EmailSummary {
  readonly id: string;
  readonly status: EmailStatus;
  /** Why it is not sent; of a sent message, which recipients were left out, else null. */
  readonly reason: string | null;
  readonly emailHasBeenSent: boolean;
  readonly from: string;
  /** null: a template gives it when the message is sent. */
  readonly subject: string | null;
  readonly template: string | null;
  /** One of the module's `messageClasses`. */
  readonly messageClass: string;
  readonly priority: TaskPriority;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly unsubscribe: Unsubscribe | null;
  readonly messageId: string;
  readonly idempotencyKey: string | null;
  /** Times a worker took it up. */
  readonly attempts: number;
  /** How often it was sent again by `resend()`. */
  readonly generation: number;
  readonly createdOn: Date;
  readonly sendAt: Date | null;
  readonly expiresAt: Date | null;
  /** When a deferred message is tried again. */
  readonly nextAttemptOn: Date | null;
  readonly sentOn: Date | null;
  /** The SMTP server it was handed to last, by the name it has in the options; null: to none yet. */
  readonly transport: string | null;
  /** The SMTP server's answer to the message. */
  readonly smtpResponse: string | null;
  /** When its content and its recipients were removed by `retention.anonymiseAfter`; null: they were not. */
  readonly anonymisedOn: Date | null;
  readonly recipients: readonly EmailRecipientView[];
}

/** A message with its history, oldest event first. @publicApi */
export interface EmailView extends EmailSummary {
  readonly attachments: readonly EmailAttachmentView[];
  readonly events: readonly EmailEventView[];
}
