import { validateAttachments } from '../attachments/validate-attachments.js';
import { InvalidEmailError } from '../errors/index.js';
import type { MessageClasses } from '../options/message-class.js';
import type { EmailInput } from '../message/email-input.js';
import { unknownField } from './unknown-field.js';
import { content, headers, idempotencyKey, messageClass, moment, subject } from './validate-fields.js';
import { validateRecipients } from './validate-recipients.js';
import type { ValidatedEmail } from './validated-email.js';

const FIELDS: Record<keyof EmailInput, true> = {
  to: true,
  cc: true,
  bcc: true,
  subject: true,
  text: true,
  html: true,
  headers: true,
  attachments: true,
  messageClass: true,
  idempotencyKey: true,
  sendAt: true,
  expiresAt: true,
};

/**
 * Checks a message, field by field; whatever comes from outside is good enough to be checked.
 *
 * @throws {@link InvalidEmailError} of the first field that is wrong
 */
export function validateEmail(input: EmailInput, classes: MessageClasses): ValidatedEmail {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new InvalidEmailError('message', input, 'is not an object', 'Pass { to, subject, text }.');
  }
  for (const field of Object.keys(input)) {
    if (!Object.hasOwn(FIELDS, field)) throw unknownField(field, Object.keys(FIELDS));
  }
  const recipients = validateRecipients(input);
  const text = content('text', input.text);
  const html = content('html', input.html);
  if (!text && !html) {
    throw new InvalidEmailError('text', undefined, 'is missing, and so is html', 'Give text, html or both.');
  }
  const sendAt = moment('sendAt', input.sendAt);
  const expiresAt = moment('expiresAt', input.expiresAt);
  if (sendAt && expiresAt && expiresAt <= sendAt) {
    throw new InvalidEmailError('expiresAt', expiresAt, 'is not after sendAt', 'Let it expire later.');
  }
  return {
    recipients,
    subject: subject(input.subject),
    text,
    html,
    headers: headers(input.headers),
    attachments: validateAttachments(input.attachments),
    messageClass: messageClass(input.messageClass, Object.keys(classes)),
    idempotencyKey: idempotencyKey(input.idempotencyKey),
    sendAt,
    expiresAt,
  };
}
