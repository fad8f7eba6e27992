import type { TaskPriority } from '../../tasks/index.js';
import type { AttachmentInput } from '../attachments/attachment-input.js';
import type { EmailTemplate } from '../templates/email-template.js';
import type { UnsubscribeInput } from './unsubscribe.js';

/**
 * A message to be sent. An address is `a@example.com` or `Name <a@example.com>`, one per string.
 *
 * @publicApi
 */
export interface EmailInput {
  /** At least one; 100 recipients at most over to, cc and bcc. An address given twice gets one copy. */
  to: string | readonly string[];
  cc?: string | readonly string[];
  /** Delivered to, but in no header. */
  bcc?: string | readonly string[];
  subject: string;
  template?: never;
  context?: never;
  /** The plain text; this, `html` or both. At most 2 MiB each. */
  text?: string;
  html?: string;
  /** Further headers. Those the message has from its other fields (From, Subject, Content-Type, …) are refused. */
  headers?: Readonly<Record<string, string>>;
  /** Files and inline images: 20 with 25 MB together unless the module's `attachments` say otherwise. */
  attachments?: readonly AttachmentInput[];
  /**
   * A name of your own for this message, up to 256 characters. A second `send` with it gets the first message's
   * id and `duplicate: true`, and sends nothing: also if its content differs.
   */
  idempotencyKey?: string;
  /** One of `messageClasses` in the module's options. Defaults to `'default'`. */
  messageClass?: string;
  /**
   * Whether its task overtakes those of other messages. `'high'` and `'low'` need `priorities: true` on the queue.
   * Defaults to the priority of the message's class.
   */
  priority?: TaskPriority;
  /**
   * How its one recipient ends a subscription: the mail program shows a button. Bulk mail needs it (RFC 8058, and what
   * Gmail and Yahoo ask of senders).
   */
  unsubscribe?: UnsubscribeInput;
  /** For `list({ tag })`; in no header. At most 20, each up to 64 letters, digits, `.`, `_`, `-`, `:`. */
  tags?: readonly string[];
  /** What your application wants to know of it later; in no header. At most 20 strings of up to 500 characters. */
  metadata?: Readonly<Record<string, string>>;
  /** Not before this moment; also the message's Date header. Defaults to at once. */
  sendAt?: Date;
  /** Not after this moment; the message then ends *expired*. Defaults to never. */
  expiresAt?: Date;
}

/**
 * A message whose subject and content a template gives.
 *
 * @publicApi
 */
export interface TemplatedEmailInput<Context extends object = object> extends Omit<
  EmailInput,
  'subject' | 'text' | 'html' | 'template' | 'context'
> {
  /** Its name, or what `defineTemplate()` made of it, which types the context. */
  template: string | EmailTemplate<Context>;
  /** What the template asks for: plain JSON of at most 256 KiB. Defaults to `{}`. */
  context?: NoInfer<Context>;
  /** Instead of the template's. */
  subject?: string;
  text?: never;
  html?: never;
}

/** Any message. @publicApi */
export type AnyEmailInput = EmailInput | TemplatedEmailInput;
