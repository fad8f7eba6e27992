/**
 * Where a message is on its way.
 *
 * - `pending`: accepted, not yet tried
 * - `claimed`: a worker prepares it and talks to the SMTP server, which has nothing of it yet
 * - `handed_over`: the SMTP server has asked for the content, and has not answered to it yet
 * - `deferred`: tried in vain for a reason that may pass; it is tried again
 * - `sent`: the SMTP server took responsibility for at least one recipient
 * - `blocked`: every recipient is on the deny list or over the limit
 * - `failed`: refused for good, or all retries spent; `resend()` tries again
 * - `expired`: `expiresAt` passed first
 * - `cancelled`: by `cancel()`, before it was handed over
 * - `unknown`: handed over, and no answer came: it may have arrived, or not; `resolve()` decides
 *
 * @publicApi
 */
export type EmailStatus =
  | 'pending'
  | 'claimed'
  | 'handed_over'
  | 'deferred'
  | 'sent'
  | 'blocked'
  | 'failed'
  | 'expired'
  | 'cancelled'
  | 'unknown';

export const EMAIL_STATUSES: readonly EmailStatus[] = [
  'pending',
  'claimed',
  'handed_over',
  'deferred',
  'sent',
  'blocked',
  'failed',
  'expired',
  'cancelled',
  'unknown',
];

/** Nothing happens to these any more, unless a person resends one that failed. */
export const FINISHED_STATUSES: readonly EmailStatus[] = [
  'sent',
  'blocked',
  'failed',
  'expired',
  'cancelled',
];

/** @publicApi */
export type RecipientKind = 'to' | 'cc' | 'bcc';

/**
 * What became of one recipient: the SMTP server accepted or refused it, or put it off, and it is tried again; or the
 * block check kept it out.
 *
 * @publicApi
 */
export type RecipientVerdict = 'accepted' | 'refused' | 'deferred' | 'blocked';

/** What happened, in the history of a message. @publicApi */
export type EmailEventKind = EmailStatus | 'accepted' | 'interrupted' | 'resent' | 'resolved' | 'recalled';
