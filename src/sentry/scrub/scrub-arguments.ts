import { isSecretKey } from '../../tasks/log/secret-keys.js';
import { withoutAddresses } from '../../tasks/encoder/without-addresses.js';

const DEEPEST = 4;
const MOST_ITEMS = 20;
const LONGEST = 200;
const LEFT_OUT = '[left out]';
const CUT = '[cut]';

/** The parts of a message. */
const PRIVATE =
  /^(?:subject|body|text|html|content|message|attachments?|to|cc|bcc|from|reply_?to|e?_?mail|address|recipients?|context)$|e_?mail/i;

/**
 * What a failed call was called with, for people: short, without addresses, and without the fields that are named like
 * a secret or like a part of a message. An argument that is itself a secret, and has no name, nobody can tell.
 */
export function scrubArguments(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return clip(withoutAddresses(value));
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return CUT;
  if (Array.isArray(value)) {
    const items = value.slice(0, MOST_ITEMS).map((item) => scrubArguments(item, depth + 1));
    return value.length > MOST_ITEMS ? [...items, CUT] : items;
  }
  return Object.fromEntries(
    Object.entries(value)
      .slice(0, MOST_ITEMS)
      .map(([key, item]) => [
        clip(withoutAddresses(key)),
        isSecretKey(key) || PRIVATE.test(key) ? LEFT_OUT : scrubArguments(item, depth + 1),
      ]),
  );
}

const clip = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);
