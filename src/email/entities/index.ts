import { EmailBlock } from './email-block.entity.js';
import { EmailEvent } from './email-event.entity.js';
import { EmailMessage } from './email-message.entity.js';
import { EmailRecipient } from './email-recipient.entity.js';

/** The outbox, for the application's own DataSource: `entities: [...EMAIL_ENTITIES, …]`. @publicApi */
export const EMAIL_ENTITIES = [EmailMessage, EmailRecipient, EmailEvent, EmailBlock] as const;

export { EmailBlock, EmailEvent, EmailMessage, EmailRecipient };
