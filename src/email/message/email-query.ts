import { isStorable } from '../../tasks/encoder/well-formed-text.js';
import { InvalidEmailQueryError } from '../errors/index.js';
import { isAddress, parseAddress } from '../submission/address.js';
import { EMAIL_STATUSES, type EmailStatus } from './email-status.js';

/** Which messages `list()` gives, newest first. @publicApi */
export interface EmailQuery {
  status?: EmailStatus;
  /** An address among to, cc or bcc. */
  to?: string;
  /** One of the message's tags. */
  tag?: string;
  /** The `cursor` of the page before. */
  cursor?: string;
  /** From 1 to 200. Defaults to 50. */
  limit?: number;
}

const MOST = 200;

/** @throws {@link InvalidEmailQueryError} */
export function parseQuery(query: EmailQuery): {
  status: EmailStatus | undefined;
  to: string | undefined;
  tag: string | undefined;
  before: string | undefined;
  limit: number;
} {
  const { status, to, tag, cursor, limit = 50 } = query;
  if (status !== undefined && !EMAIL_STATUSES.includes(status)) {
    throw new InvalidEmailQueryError('status', status, `Use one of ${EMAIL_STATUSES.join(', ')}.`);
  }
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw new InvalidEmailQueryError('limit', limit, `Use a whole number from 1 to ${MOST}.`);
  }
  return {
    status,
    to: to === undefined ? undefined : parseRecipient(to),
    tag: tag === undefined ? undefined : parseTag(tag),
    before: cursor === undefined ? undefined : decodeCursor(cursor),
    limit,
  };
}

export const encodeCursor = (seq: string): string => Buffer.from(seq).toString('base64url');

function decodeCursor(cursor: string): string {
  const seq = typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString() : '';
  if (/^\d{1,18}$/.test(seq)) return seq;
  throw new InvalidEmailQueryError('cursor', cursor, 'Use the cursor that list() returned.');
}

function parseRecipient(to: string): string {
  const parsed = typeof to === 'string' ? parseAddress(to) : null;
  if (parsed && isAddress(parsed)) return parsed.normalised;
  throw new InvalidEmailQueryError('to', to, 'Use one address: a@example.com.');
}

function parseTag(tag: string): string {
  if (typeof tag === 'string' && tag !== '' && isStorable(tag)) return tag;
  throw new InvalidEmailQueryError('tag', tag, 'Use one tag.');
}
