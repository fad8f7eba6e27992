import type { AttachmentContent } from './content/attachment-content.js';

interface ValidatedFile {
  readonly filename: string;
  readonly contentType: string;
  readonly cid: string | null;
}

/** A file that is to be stored. */
export interface UnstoredAttachment extends ValidatedFile {
  readonly content: AttachmentContent;
}

/** A file whose content is said to be stored. */
export interface ReferringAttachment extends ValidatedFile {
  readonly id: string;
}

/** A file that can be sent as it is named. */
export type ValidatedAttachment = UnstoredAttachment | ReferringAttachment;
