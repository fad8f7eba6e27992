import type { Reply } from './reply.js';

/**
 * What a reply says about another attempt.
 *
 * - `account`: the server, the connection or the account is in trouble; no other message would fare better
 * - `transient`: this message may be taken at another time
 * - `greylisted`: it will be, but not before some minutes (RFC 6647)
 * - `soft`: permanent by its number, yet it often passes: a full mailbox
 * - `permanent`: never
 */
export type ReplyClass = 'account' | 'transient' | 'greylisted' | 'soft' | 'permanent';

/** About the account or the service: they pass once a person or time has mended it. RFC 5321, RFC 4954. */
const ACCOUNT_CODES = new Set([421, 432, 454, 530, 534, 535, 538]);
/** Authentication and encryption (RFC 4954 §6, RFC 5248); a full or closed server (RFC 3463 §3.4). */
const ACCOUNT_ENHANCED = /^[45]\.7\.(?:8|9|1[0-4])$|^4\.3\.[12]$/;
/** A quota of the sender's, not of the mailbox. */
const QUOTA =
  /\b(?:daily|hourly|sending|message|rate)\b[^.]{0,40}\b(?:quota|limits?|rate)\b|throttl|too many (?:messages|connections|emails)/i;
const GREYLISTED = /gr[ae]y-?list/i;
const MAILBOX_FULL = /^[45]\.2\.2$/;
const BAD_SEQUENCE = 503;
/** RFC 5321 §4.5.3.1.10: "too many recipients", the second an old way to say so. The rest of them goes next. */
const TOO_MANY_RECIPIENTS = new Set([452, 552]);

/** Judges a reply, or that there was none before the server had the content. */
export function classifyReply(reply: Reply): ReplyClass {
  const { phase, code, enhancedCode, text } = reply;
  if (code === null || phase === 'connect' || phase === 'auth') return 'account';
  if (ACCOUNT_CODES.has(code) || ACCOUNT_ENHANCED.test(enhancedCode ?? '')) return 'account';
  if (phase === 'rcpt' && MAILBOX_FULL.test(enhancedCode ?? '')) return code < 500 ? 'transient' : 'soft';
  if (QUOTA.test(text)) return 'account';
  if (phase === 'rcpt' && (TOO_MANY_RECIPIENTS.has(code) || enhancedCode?.endsWith('.5.3')))
    return 'transient';
  if (code < 500) return phase === 'rcpt' || GREYLISTED.test(text) ? 'greylisted' : 'transient';
  return code === BAD_SEQUENCE ? 'transient' : 'permanent';
}

/** Nobody has the address, and nobody will: RFC 3463 §3.2, RFC 7505. */
export const isDeadAddress = (enhancedCode: string | null): boolean =>
  enhancedCode !== null && /^5\.1\.(?:1|2|6|10)$/.test(enhancedCode);
