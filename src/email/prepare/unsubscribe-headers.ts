import type { Unsubscribe } from '../message/unsubscribe.js';

/** A header that nodemailer folds, and does not encode: an encoded word would be no URL. */
interface PreparedHeader {
  readonly prepared: true;
  readonly foldLines: true;
  readonly value: string;
}

/**
 * The two headers of RFC 8058. Not by nodemailer's `list`: it would take `List-Unsubscribe=One-Click` for a URL, and
 * write each way into a header of its own.
 */
export function unsubscribeHeaders(unsubscribe: Unsubscribe | null): Record<string, PreparedHeader | string> {
  if (!unsubscribe) return {};
  const { url, mailto } = unsubscribe;
  const ways = [`<${url}>`, ...(mailto === null ? [] : [`<mailto:${inUri(mailto)}>`])];
  return {
    'List-Unsubscribe': { prepared: true, foldLines: true, value: ways.join(', ') },
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}

/** A local part may hold characters that mean something else in a URI. */
function inUri(address: string): string {
  const at = address.lastIndexOf('@');
  return `${encodeURIComponent(address.slice(0, at))}@${address.slice(at + 1)}`;
}
