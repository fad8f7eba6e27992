/**
 * Where a message is on its way.
 *
 * - `pending`: accepted, not yet tried
 * - `deferred`: tried in vain for a reason that may pass; it is tried again
 * - `sent`: the SMTP server took responsibility for at least one recipient
 * - `blocked`: every recipient is on the deny list or over the limit
 * - `failed`: refused for good, or all retries spent; `resend()` tries again
 * - `expired`: `expiresAt` passed first
 *
 * @publicApi
 */
export type EmailStatus = 'pending' | 'deferred' | 'sent' | 'blocked' | 'failed' | 'expired';

export const EMAIL_STATUSES: readonly EmailStatus[] = [
  'pending',
  'deferred',
  'sent',
  'blocked',
  'failed',
  'expired',
];

/** @publicApi */
export type RecipientKind = 'to' | 'cc' | 'bcc';

/**
 * What became of one recipient: the SMTP server accepted or refused it, or the block check kept it out.
 *
 * @publicApi
 */
export type RecipientVerdict = 'accepted' | 'refused' | 'blocked';

/** What happened, in the history of a message. @publicApi */
export type EmailEventKind = EmailStatus | 'accepted' | 'interrupted' | 'resent';
