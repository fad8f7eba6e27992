import type { AttachmentInput } from '../attachments/attachment-input.js';

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
  /** Not before this moment; also the message's Date header. Defaults to at once. */
  sendAt?: Date;
  /** Not after this moment; the message then ends *expired*. Defaults to never. */
  expiresAt?: Date;
}
