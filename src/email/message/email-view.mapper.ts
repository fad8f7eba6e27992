import type { EmailMessage } from '../entities/index.js';
import type { EmailSummary, EmailView } from './email-view.js';

export function summaryOf(email: EmailMessage): EmailSummary {
  return {
    id: email.id,
    status: email.status,
    reason: email.reason,
    emailHasBeenSent: email.emailHasBeenSent,
    from: email.fromName === null ? email.fromAddress : `${email.fromName} <${email.fromAddress}>`,
    subject: email.subject,
    template: email.template,
    messageClass: email.messageClass,
    priority: email.priority,
    tags: email.tags,
    metadata: email.metadata,
    unsubscribe: email.unsubscribe,
    messageId: email.messageId,
    idempotencyKey: email.idempotencyKey,
    attempts: email.attempts,
    generation: email.generation,
    createdOn: email.createdOn,
    sendAt: email.sendAt,
    expiresAt: email.expiresAt,
    nextAttemptOn: email.nextAttemptOn,
    sentOn: email.sentOn,
    transport: email.transport,
    smtpResponse: email.smtpResponse,
    anonymisedOn: email.anonymisedOn,
    recipients: email.recipients
      .toSorted(byId)
      .map(({ kind, name, address, verdict, detail, smtpCode, enhancedCode }) => ({
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

export function viewOf(email: EmailMessage): EmailView {
  const events = email.events.toSorted(byId).map(({ at, kind, detail }) => ({ at, kind, detail }));
  const attachments = email.attachments
    .toSorted((a, b) => a.position - b.position)
    .map(({ filename, contentType, cid, size }) => ({ filename, contentType, cid, size: Number(size) }));
  return { ...summaryOf(email), attachments, events };
}

/** In the order of insertion. */
const byId = (a: { id: string }, b: { id: string }): number => Number(a.id) - Number(b.id);
