export { EmailModule } from './email.module.js';
export type {
  EmailModuleAsyncOptions,
  EmailModuleExtras,
  EmailModuleOptions,
  EmailOptionsFactory,
} from './options/email-module-options.js';
export type { AttachmentOptions } from './options/attachment-options.js';
export type { DkimOptions } from './options/dkim.js';
export type { MessageClassOptions, RenderTime, UnknownPolicy } from './options/message-class.js';
export type { RetentionOptions } from './options/retention-options.js';
export type { EmailRate } from './options/email-rate.js';
export { EmailService } from './email.service.js';
export { EmailTasks, type SendResult } from './email.tasks.js';
export { EmailHooks } from './hooks/email-hooks.js';
export type { InvalidMessage, SendManyOptions, SendManyProgress } from './submission/send-many.js';
export { EmailPreprocessService } from './submission/email-preprocess.service.js';
export { EmailBlockCheckService } from './block/email-block-check.service.js';
export { EmailPrepareService, type PreparedEmail } from './prepare/email-prepare.service.js';
export { EmailSendService } from './smtp/email-send.service.js';
export type { SmtpOutcome } from './smtp/smtp-outcome.js';
export {
  type BlockListOptions,
  EmailBlockListService,
  type SuppressionCandidate,
} from './block/email-block-list.service.js';
export { EmailRetention, type RetentionReport } from './retention/email-retention.service.js';
export type { ResendUnsentOptions, Resent } from './recovery/email-recovery.js';
export { EmailAttachments, type StoredContent } from './attachments/email-attachments.service.js';
export type { AttachmentContent } from './attachments/content/attachment-content.js';
export type { AttachmentInput, NewAttachment, StoredAttachment } from './attachments/attachment-input.js';
export type { AttachmentStore } from './attachments/attachment-store.js';
export type { AnyEmailInput, EmailInput, TemplatedEmailInput } from './message/email-input.js';
export type { UnsubscribeInput } from './message/unsubscribe.js';
export { defineTemplate, EmailTemplate } from './templates/email-template.js';
export { EmailTemplates } from './templates/email-templates.service.js';
export type { RenderedEmail } from './templates/template.js';
export type { TemplateOptions } from './templates/template-options.js';
export type { EmailQuery } from './message/email-query.js';
export {
  EMAIL_STATUSES,
  type EmailEventKind,
  type EmailStatus,
  type RecipientKind,
  type RecipientVerdict,
} from './message/email-status.js';
export type {
  EmailAttachmentView,
  EmailEventView,
  EmailRecipientView,
  EmailSummary,
  EmailView,
} from './message/email-view.js';
export type { BlockListEntry } from './block/list-entry.js';
export type { ClaimedAttachment, ClaimedEmail, ClaimedRecipient } from './outbox/claimed-email.js';
export type { SendOutcome, Verdict } from './outbox/send-outcome.js';
export {
  EMAIL_ENTITIES,
  EmailAttachment,
  EmailBlock,
  EmailContent,
  EmailContentChunk,
  EmailContentDraft,
  EmailEvent,
  EmailMessage,
  EmailRecipient,
} from './entities/index.js';
export { EMAIL_MIGRATIONS } from './migrations/index.js';
export * from './errors/index.js';
