import { z } from 'zod';
import { EMAIL_STATUSES } from '../../email/index.js';

const time = z.iso.datetime();
export const emailStatus = z.enum(EMAIL_STATUSES, { error: `must be one of: ${EMAIL_STATUSES.join(', ')}` });

const recipient = z
  .object({
    kind: z.enum(['to', 'cc', 'bcc']),
    name: z.string().nullable(),
    address: z.string(),
    verdict: z
      .enum(['accepted', 'refused', 'deferred', 'blocked'])
      .nullable()
      .meta({ description: 'null: not decided yet' }),
    detail: z.string().nullable().meta({ description: 'Why it was refused or blocked' }),
    smtpCode: z.int().nullable(),
    enhancedCode: z
      .string()
      .nullable()
      .meta({ description: 'RFC 3463', examples: ['5.1.1'] }),
  })
  .meta({ id: 'Recipient' });

const attachment = z
  .object({
    filename: z.string(),
    contentType: z.string(),
    cid: z.string().nullable().meta({ description: 'Of an inline image' }),
    size: z.int().meta({ description: 'In bytes' }),
  })
  .meta({ id: 'Attachment' });

const event = z
  .object({ at: time, kind: z.string(), detail: z.string().nullable() })
  .meta({ id: 'EmailEvent' });

const emailSummarySchema = z
  .object({
    id: z.string(),
    status: emailStatus,
    reason: z.string().nullable().meta({ description: 'Why it is not sent, or not to everybody' }),
    from: z.string(),
    subject: z.string().nullable().meta({ description: 'null: a template gives it when it is sent' }),
    template: z.string().nullable(),
    messageClass: z.string(),
    priority: z.enum(['high', 'normal', 'low']),
    tags: z.array(z.string()),
    metadata: z.record(z.string(), z.string()),
    unsubscribe: z.object({ url: z.string(), mailto: z.string().nullable() }).nullable(),
    messageId: z.string(),
    idempotencyKey: z.string().nullable(),
    attempts: z.int().meta({ description: 'Times a worker took it up' }),
    createdOn: time,
    sendAt: time.nullable(),
    expiresAt: time.nullable(),
    nextAttemptOn: time.nullable().meta({ description: 'When a deferred e-mail is tried again' }),
    sentOn: time.nullable(),
    transport: z.string().nullable().meta({ description: 'The SMTP server it was handed to last' }),
    smtpResponse: z.string().nullable(),
    anonymisedOn: time.nullable().meta({ description: 'When its content and its recipients were removed' }),
    recipients: z.array(recipient),
  })
  .meta({ id: 'EmailSummary' });

export const emailSchema = emailSummarySchema
  .extend({
    attachments: z.array(attachment),
    events: z.array(event).meta({ description: 'Its history, the oldest first' }),
  })
  .meta({ id: 'Email' });

export const emailPageSchema = z
  .object({
    items: z.array(emailSummarySchema),
    cursor: z.string().nullable().meta({ description: 'For the next page; null: this is the last one' }),
  })
  .meta({ id: 'EmailPage' });

export const acceptedEmailSchema = z
  .object({
    id: z.string(),
    status: emailStatus,
    duplicate: z.boolean().meta({ description: 'The idempotency key was used before; nothing new is sent' }),
  })
  .meta({ id: 'AcceptedEmail' });

export type EmailSummaryBody = z.infer<typeof emailSummarySchema>;
export type EmailBody = z.infer<typeof emailSchema>;
export type EmailPageBody = z.infer<typeof emailPageSchema>;
export type AcceptedEmailBody = z.infer<typeof acceptedEmailSchema>;
