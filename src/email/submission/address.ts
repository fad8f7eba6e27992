import { domainToASCII } from 'node:url';

/** An address that may stand in a header and in the envelope. */
export interface Address {
  readonly name: string | null;
  /** The local part as given, the domain in lower-case ASCII. */
  readonly address: string;
  /** All in lower case: mailboxes that differ in case alone are one to every limit and list. */
  readonly normalised: string;
}

/** Why a text is not an address, and what to do. */
export interface AddressProblem {
  readonly problem: string;
  readonly fix: string;
}

const LONGEST_NAME = 200;
const LONGEST_LOCAL_PART = 64;
const LONGEST_ADDRESS = 254;
const ONE_ADDRESS = 'Give one address per string: a@example.com, or Name <a@example.com>.';

/** Control characters, line separators and lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const no = (problem: string, fix = ONE_ADDRESS): AddressProblem => ({ problem, fix });

/**
 * Reads one mailbox, and nothing else RFC 5322 would allow: no group, no list, no comment, no quoted local part,
 * no domain literal. What this accepts means the same to every reader of the header and of the envelope.
 */
export function parseAddress(text: string): Address | AddressProblem {
  if (UNPRINTABLE.test(text)) return no('holds a line break or another unprintable character');
  const angled = /^([^<>]*)<([^<>]*)>$/.exec(text);
  if (!angled) return /[<>]/.test(text) ? no('has stray angle brackets') : parseAddrSpec(text, null);
  const name = parseName((angled[1] ?? '').trim());
  return typeof name === 'object' && name !== null ? name : parseAddrSpec(angled[2] ?? '', name);
}

export const isAddress = (parsed: Address | AddressProblem): parsed is Address => 'address' in parsed;

/** A domain in lower-case ASCII; null if it is none. */
export function parseDomain(text: string): string | null {
  const ascii = isAscii(text) ? text.toLowerCase() : internationalDomain(text);
  const labels = ascii.split('.');
  const last = labels.at(-1) ?? '';
  if (ascii.length > 253 || !labels.every((label) => LABEL.test(label))) return null;
  if (labels.length < 2 && ascii !== 'localhost') return null;
  return /^\d+$/.test(last) ? null : ascii;
}

/** `Jane Doe`, or `"Doe, Jane"`. */
function parseName(text: string): string | null | AddressProblem {
  const quoted = /^"([^"\\]*)"$/.exec(text);
  const name = quoted ? (quoted[1] ?? '').trim() : text;
  if (!quoted && /[,;:"()[\]\\@]/.test(name)) {
    return no(
      'has a name with one of , ; : " ( ) [ ] \\ @',
      'Quote the name: "Doe, Jane" <jane@example.com>.',
    );
  }
  if (name.length > LONGEST_NAME)
    return no(`has a name of more than ${LONGEST_NAME} characters`, 'Shorten it.');
  return name === '' ? null : name;
}

function parseAddrSpec(text: string, name: string | null): Address | AddressProblem {
  if (/[,;:]/.test(text)) return no('is a list or a group');
  if (/\s/u.test(text)) return no('has a space in it');
  if (text.includes('"')) return no('has a quoted local part', 'Quoted local parts are not supported.');
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(0, at));
  if (at < 1 || at === text.length - 1) return no('is not an address');
  if (!isAscii(local)) {
    return no(
      'has a local part outside ASCII',
      'Only domains may be international (SMTPUTF8 is not supported).',
    );
  }
  if (!LOCAL_PART.test(local)) return no('has a malformed local part');
  if (local.length > LONGEST_LOCAL_PART)
    return no(`has a local part of more than ${LONGEST_LOCAL_PART} characters`);
  const domain = parseDomain(text.slice(at + 1));
  if (domain === null) return no('has a malformed domain');
  const address = `${local}@${domain}`;
  if (address.length > LONGEST_ADDRESS) return no(`is longer than ${LONGEST_ADDRESS} characters`);
  return { name, address, normalised: address.toLowerCase() };
}

const isAscii = (text: string): boolean => /^[\x21-\x7e]*$/.test(text);

/** Punycode. Only letters, digits, hyphens and dots go in: the URL parser would decode what else it knows. */
function internationalDomain(text: string): string {
  return /^[\p{L}\p{M}\p{N}.-]+$/u.test(text) ? domainToASCII(text) : '';
}
