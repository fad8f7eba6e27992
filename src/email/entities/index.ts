import { EmailAttachment } from './email-attachment.entity.js';
import { EmailBlock } from './email-block.entity.js';
import { EmailContentChunk } from './email-content-chunk.entity.js';
import { EmailContentDraft } from './email-content-draft.entity.js';
import { EmailContent } from './email-content.entity.js';
import { EmailEvent } from './email-event.entity.js';
import { EmailMessage } from './email-message.entity.js';
import { EmailRecipient } from './email-recipient.entity.js';

/** The outbox, for the application's own DataSource: `entities: [...EMAIL_ENTITIES, …]`. @publicApi */
export const EMAIL_ENTITIES = [
  EmailMessage,
  EmailRecipient,
  EmailEvent,
  EmailBlock,
  EmailAttachment,
  EmailContent,
  EmailContentDraft,
  EmailContentChunk,
] as const;

export {
  EmailAttachment,
  EmailBlock,
  EmailContent,
  EmailContentChunk,
  EmailContentDraft,
  EmailEvent,
  EmailMessage,
  EmailRecipient,
};
