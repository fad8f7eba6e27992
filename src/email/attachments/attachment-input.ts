import type { AttachmentContent } from './content/attachment-content.js';

interface File {
  /** What the recipient sees it as: up to 255 characters, without `/`, `\` and unprintable ones. */
  filename: string;
  /** Its MIME type, such as `application/pdf`. Defaults to what the ending of the name says. */
  contentType?: string;
  /**
   * Makes it an inline image, which the HTML shows with `<img src="cid:…">`: a name of its own in the message, such as
   * `logo@example.com`. Defaults to a file beside the message.
   */
  cid?: string;
}

/**
 * A file of a message that is stored together with it. Its bytes go into the store first, before the transaction of the
 * message begins; so it cannot be given in a transaction of yours: store it before, with `EmailAttachments.put()`.
 *
 * @publicApi
 */
export interface NewAttachment extends File {
  content: AttachmentContent;
  id?: undefined;
}

/** A file whose content was stored before. @publicApi */
export interface StoredAttachment extends File {
  /** What `EmailAttachments.put()` returned. */
  id: string;
  content?: undefined;
}

/** A file of a message. @publicApi */
export type AttachmentInput = NewAttachment | StoredAttachment;
