import type { EmailSummary, EmailView } from '../../email/index.js';
import type { EmailBody, EmailSummaryBody } from './email.schema.js';

export function emailSummaryBody(email: EmailSummary): EmailSummaryBody {
  return {
    id: email.id,
    status: email.status,
    reason: email.reason,
    from: email.from,
    subject: email.subject,
    template: email.template,
    messageClass: email.messageClass,
    priority: email.priority,
    tags: [...email.tags],
    metadata: { ...email.metadata },
    unsubscribe: email.unsubscribe,
    messageId: email.messageId,
    idempotencyKey: email.idempotencyKey,
    attempts: email.attempts,
    createdOn: email.createdOn.toISOString(),
    sendAt: email.sendAt?.toISOString() ?? null,
    expiresAt: email.expiresAt?.toISOString() ?? null,
    nextAttemptOn: email.nextAttemptOn?.toISOString() ?? null,
    sentOn: email.sentOn?.toISOString() ?? null,
    transport: email.transport,
    smtpResponse: email.smtpResponse,
    anonymisedOn: email.anonymisedOn?.toISOString() ?? null,
    recipients: email.recipients.map(({ kind, name, address, verdict, detail, smtpCode, enhancedCode }) => ({
      kind,
      name,
      address,
      verdict,
      detail,
      smtpCode,
      enhancedCode,
    })),
  };
}

export function emailBody(email: EmailView): EmailBody {
  const events = email.events.map(({ at, kind, detail }) => ({ at: at.toISOString(), kind, detail }));
  const attachments = email.attachments.map(({ filename, contentType, cid, size }) => ({
    filename,
    contentType,
    cid,
    size,
  }));
  return { ...emailSummaryBody(email), attachments, events };
}
