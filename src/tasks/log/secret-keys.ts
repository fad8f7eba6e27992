/*
 * Names of what nobody should read in a log: `password`, `clientSecret`, `X-Api-Key`, `access_token`.
 */

const WORDS = [
  'password',
  'passwd',
  'passphrase',
  'pwd',
  'secret',
  'token',
  'authorization',
  'cookie',
  'credentials',
  'api[-_ ]?key',
  '(?:secret|private|access|signing|encryption)[-_ ]?key',
].join('|');

/** nodemailer and others call it so; as a part of other words it means nothing. */
const WHOLE = /^(?:pass|auth)$/i;
const ENDING = new RegExp(`(?:${WORDS})s?$`, 'i');

/** Whether what stands under a key is a secret. */
export const isSecretKey = (key: string): boolean => ENDING.test(key) || WHOLE.test(key);

/** JSON in JSON has its quotes escaped, the deeper the more. */
const QUOTE = String.raw`\\*["']`;
const VALUES = [
  String.raw`"(?:[^"\\]|\\.)*"?`,
  String.raw`'(?:[^'\\]|\\.)*'?`,
  String.raw`\\+"(?:[^"\\]|\\{3,}"|\\(?!"))*\\*"?`,
  String.raw`(?:(?:Bearer|Basic|Digest)\s+)?[^\s,;&"')}\]\\]+`,
].join('|');

/** Secrets in text, with their names: `token=…`, `"apiKey": "…"`, `Authorization: Basic …`. */
export const NAMED_SECRET = new RegExp(
  String.raw`((?:${WORDS})s?(?:${QUOTE})?\s{0,5}[:=]\s{0,5})(?:${VALUES})`,
  'gi',
);
