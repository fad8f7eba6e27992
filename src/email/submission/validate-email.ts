import { validateAttachments } from '../attachments/validate-attachments.js';
import { InvalidEmailError } from '../errors/index.js';
import { classOf, type MessageClass, type MessageClasses } from '../options/message-class.js';
import type { AnyEmailInput, EmailInput } from '../message/email-input.js';
import { unknownField } from './unknown-field.js';
import { validateContent } from './validate-content.js';
import { headers, idempotencyKey, messageClass, moment, priority } from './validate-fields.js';
import { metadata, tags } from './validate-labels.js';
import { validateRecipients } from './validate-recipients.js';
import { unsubscribe } from './validate-unsubscribe.js';
import type { ValidatedEmail } from './validated-email.js';

const FIELDS: Record<keyof EmailInput, true> = {
  to: true,
  cc: true,
  bcc: true,
  subject: true,
  template: true,
  context: true,
  text: true,
  html: true,
  headers: true,
  attachments: true,
  messageClass: true,
  priority: true,
  unsubscribe: true,
  tags: true,
  metadata: true,
  idempotencyKey: true,
  sendAt: true,
  expiresAt: true,
};

/**
 * Checks a message, field by field; whatever comes from outside is good enough to be checked.
 *
 * @throws {@link InvalidEmailError} of the first field that is wrong
 */
export function validateEmail(input: AnyEmailInput, classes: MessageClasses): ValidatedEmail {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new InvalidEmailError('message', input, 'is not an object', 'Pass { to, subject, text }.');
  }
  for (const field of Object.keys(input)) {
    if (!Object.hasOwn(FIELDS, field)) throw unknownField(field, Object.keys(FIELDS));
  }
  const recipients = validateRecipients(input);
  const sendAt = moment('sendAt', input.sendAt);
  const expiresAt = moment('expiresAt', input.expiresAt);
  if (sendAt && expiresAt && expiresAt <= sendAt) {
    throw new InvalidEmailError('expiresAt', expiresAt, 'is not after sendAt', 'Let it expire later.');
  }
  const email = {
    recipients,
    ...validateContent(input),
    headers: headers(input.headers),
    attachments: validateAttachments(input.attachments),
    messageClass: messageClass(input.messageClass, Object.keys(classes)),
    priority: priority(input.priority),
    unsubscribe: unsubscribe(input.unsubscribe),
    tags: tags(input.tags),
    metadata: metadata(input.metadata),
    idempotencyKey: idempotencyKey(input.idempotencyKey),
    sendAt,
    expiresAt,
  };
  checkSubscription(email, classOf(classes, email.messageClass));
  return email;
}

/** One message tells one recipient how to unsubscribe: who else had it could end the subscription. */
function checkSubscription(email: ValidatedEmail, { bulk }: MessageClass): void {
  if (bulk && !email.unsubscribe) {
    throw new InvalidEmailError(
      'unsubscribe',
      undefined,
      `is missing, and messages of the class ${JSON.stringify(email.messageClass)} are bulk mail`,
      `Give { url: 'https://…' } (RFC 8058).`,
    );
  }
  if (email.unsubscribe && email.recipients.length > 1) {
    throw new InvalidEmailError(
      'to',
      undefined,
      `, cc and bcc have ${email.recipients.length} recipients together, and unsubscribe is about one`,
      'Send one message to each.',
    );
  }
}
