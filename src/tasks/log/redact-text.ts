import { withoutAddresses } from '../encoder/without-addresses.js';
import { NAMED_SECRET } from './secret-keys.js';

export const REDACTED = '[redacted]';

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g;
/** A number before a path is a port. What follows the last "@" is the host: a password may hold one itself. */
const URL_PASSWORD = /([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/?#"'<>]*:)(?!\d{1,5}(?:[/?#]|$))[^\s"'<>]*@/gi;
const NAMELESS_URL_PASSWORD = /([a-z][a-z0-9+.-]{0,20}:\/\/:)[^\s"'<>]*@/gi;
/** `https://ghp_…@github.com`: a user without a password is a token. */
const URL_USER = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s:@/?#"'<>]+@/gi;
const BEARER = /\b(Bearer\s+)[\w.~+/=-]+/gi;
const JWT = /\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g;
/** Without one of these there is nothing to find: nearly every text is done with here. */
const HINT = /[@＠:=%;\\]|bearer|eyJ|BEGIN/i;

/** Text without passwords, tokens and e-mail addresses. What cannot be told from other text stays. */
export function redactText(text: string): string {
  if (!HINT.test(text)) return text;
  let clean = text;
  if (text.includes('://'))
    clean = clean
      .replace(URL_PASSWORD, `$1${REDACTED}@`)
      .replace(NAMELESS_URL_PASSWORD, `$1${REDACTED}@`)
      .replace(URL_USER, `$1${REDACTED}@`);
  clean = clean
    .replace(PRIVATE_KEY, REDACTED)
    .replace(NAMED_SECRET, (_, name: string) => `${name}${REDACTED}`)
    .replace(BEARER, `$1${REDACTED}`)
    .replace(JWT, REDACTED);
  return withoutAddresses(clean);
}
