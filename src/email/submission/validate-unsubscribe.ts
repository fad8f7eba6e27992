import { InvalidEmailError } from '../errors/index.js';
import type { Unsubscribe } from '../message/unsubscribe.js';
import { isAddress, parseAddress } from './address.js';
import { unknownField } from './unknown-field.js';

/** A header's line has at most 998 octets (RFC 5322 §2.1.1), and a URL cannot be folded. */
const LONGEST_URL = 900;
const FIELDS = ['url', 'mailto'];

/** @throws {@link InvalidEmailError} */
export function unsubscribe(value: unknown): Unsubscribe | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new InvalidEmailError('unsubscribe', value, 'is not an object', `Give { url: 'https://…' }.`);
  }
  for (const field of Object.keys(value)) {
    if (!FIELDS.includes(field)) throw unknownField(`unsubscribe.${field}`, FIELDS.map(inUnsubscribe));
  }
  const { url, mailto } = value as Record<string, unknown>;
  return { url: httpsUrl(url), mailto: address(mailto) };
}

function httpsUrl(value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '') {
    throw new InvalidEmailError(
      'unsubscribe.url',
      value,
      'is not an https: URL',
      'Mail programs POST to it (RFC 8058): give one without a user and a password.',
    );
  }
  // As it is written here there are no spaces, brackets or characters outside ASCII in it.
  if (url.href.length <= LONGEST_URL) return url.href;
  throw new InvalidEmailError(
    'unsubscribe.url',
    undefined,
    `has ${url.href.length} characters`,
    `Give at most ${LONGEST_URL}.`,
  );
}

function address(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const parsed = typeof value === 'string' ? parseAddress(value) : null;
  if (parsed && isAddress(parsed) && parsed.name === null) return parsed.address;
  throw new InvalidEmailError(
    'unsubscribe.mailto',
    value,
    'is not an address',
    'Give one without a name, such as unsubscribe+ann@example.com.',
  );
}

const inUnsubscribe = (field: string): string => `unsubscribe.${field}`;
