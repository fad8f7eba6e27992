import { createPrivateKey, type KeyObject } from 'node:crypto';
import { InvalidOptionError } from '../../tasks/index.js';
import { type Fields, type Parser, parseFields, text } from '../../tasks/options/option-parsers.js';
import { parseDomain } from '../submission/address.js';

/** How messages are signed (RFC 6376). @publicApi */
export interface DkimOptions {
  /** The domain that answers for the messages: that of `from`, or one above it (DMARC). */
  domainName: string;
  /** Where in it the public key is: `<keySelector>._domainkey.<domainName>`. */
  keySelector: string;
  /** An RSA key in PEM, without a passphrase, of at least 1024 bits (RFC 8301; receivers expect 2048). */
  privateKey: string;
}

const FEWEST_BITS = 1_024;

/** Its value is never shown. */
const privateKey: Parser<string> = (value, subject, field) => {
  const key = typeof value === 'string' ? readKey(value) : null;
  // What it cannot sign with, nodemailer sends unsigned.
  if (key?.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= FEWEST_BITS) {
    return value as string;
  }
  throw new InvalidOptionError(
    subject,
    field,
    key
      ? `is not an RSA key of at least ${FEWEST_BITS} bits`
      : 'is not a private key in PEM without a passphrase',
    'Make one with: openssl genrsa 2048. From an environment variable, its line breaks may have come as "\\n".',
  );
};

function readKey(pem: string): KeyObject | null {
  try {
    return createPrivateKey(pem);
  } catch {
    return null;
  }
}

const FIELDS: Fields<DkimOptions> = {
  domainName: (value, subject, field) => {
    const domain = typeof value === 'string' ? parseDomain(value) : null;
    if (domain !== null) return domain;
    throw new InvalidOptionError(subject, field, 'is not a domain', `Write 'example.com'.`);
  },
  keySelector: text(
    /^[a-z\d](?:[a-z\d.-]{0,61}[a-z\d])?$/i,
    `Write the label of its DNS record, such as 'mail2026'.`,
  ),
  privateKey,
};

export const dkim: Parser<DkimOptions> = (value, subject, field) => {
  const options = parseFields(value, FIELDS, `${subject}, ${field}`);
  const { domainName, keySelector, privateKey: key } = options;
  if (domainName !== undefined && keySelector !== undefined && key !== undefined)
    return { domainName, keySelector, privateKey: key };
  throw new InvalidOptionError(
    subject,
    field,
    'is not whole',
    'Give domainName, keySelector and privateKey.',
  );
};
