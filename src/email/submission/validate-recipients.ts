import { InvalidEmailError } from '../errors/index.js';
import type { EmailInput } from '../message/email-input.js';
import type { RecipientKind } from '../message/email-status.js';
import { isAddress, parseAddress } from './address.js';
import type { ValidatedRecipient } from './validated-email.js';

const KINDS: readonly RecipientKind[] = ['to', 'cc', 'bcc'];
const MOST_RECIPIENTS = 100;

/** The recipients, each once: one that is given twice is taken where it comes first (to, cc, bcc). */
export function validateRecipients(input: Pick<EmailInput, RecipientKind>): ValidatedRecipient[] {
  const found = new Map<string, ValidatedRecipient>();
  for (const kind of KINDS) {
    for (const recipient of recipientsOf(kind, input[kind])) {
      if (!found.has(recipient.normalised)) found.set(recipient.normalised, recipient);
    }
  }
  const recipients = [...found.values()];
  if (!recipients.some((recipient) => recipient.kind === 'to')) {
    throw new InvalidEmailError('to', undefined, 'has no recipient', 'Give at least one address.');
  }
  if (recipients.length > MOST_RECIPIENTS) {
    throw new InvalidEmailError(
      'to',
      undefined,
      `, cc and bcc have ${recipients.length} recipients together`,
      `Give at most ${MOST_RECIPIENTS}; send one message to each for more.`,
    );
  }
  return recipients;
}

function recipientsOf(kind: RecipientKind, value: unknown): ValidatedRecipient[] {
  if (value === undefined || value === null) return [];
  const many = Array.isArray(value);
  return (many ? value : [value]).map((item: unknown, index) => {
    const field = many ? `${kind}[${index}]` : kind;
    if (typeof item !== 'string') {
      throw new InvalidEmailError(field, item, 'is not a string', 'Give an address: a@example.com.');
    }
    const parsed = parseAddress(item);
    if (!isAddress(parsed)) throw new InvalidEmailError(field, item, parsed.problem, parsed.fix);
    return Object.assign(parsed, { kind });
  });
}
