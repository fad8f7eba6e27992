import type { SMTPPoolOptions } from 'nodemailer';
import { InvalidOptionError } from '../../tasks/index.js';
import { type Fields, type Parser, parseFields, timerDuration } from '../../tasks/options/option-parsers.js';
import { queueName } from '../../tasks/options/resolve-policy.js';
import { type Address, isAddress, parseAddress } from '../submission/address.js';
import {
  attachmentOptions,
  NO_ATTACHMENT_OPTIONS,
  type ResolvedAttachmentOptions,
} from './attachment-options.js';
import type { EmailModuleOptions } from './email-module-options.js';
import { emailRates, type RecipientLimit } from './email-rate.js';
import { messageClasses, type MessageClasses, NO_CLASSES } from './message-class.js';

/** The injection token of the resolved options. */
export const EMAIL_OPTIONS = Symbol('celeriac:email-options');

/** The module's options with every default in place; durations in milliseconds. */
export interface ResolvedEmailOptions {
  readonly from: Address;
  readonly transport: string | SMTPPoolOptions;
  readonly perRecipient: readonly RecipientLimit[];
  readonly messageClasses: MessageClasses;
  readonly attachments: ResolvedAttachmentOptions;
  readonly queue: string;
  readonly claimLease: number;
  readonly handOverTimeout: number;
  readonly sweepInterval: number;
}

const MODULE = 'EmailModule';

const DEFAULTS = {
  perRecipient: [],
  messageClasses: NO_CLASSES,
  attachments: NO_ATTACHMENT_OPTIONS,
  queue: 'email',
  claimLease: 60_000,
  handOverTimeout: 60_000,
  sweepInterval: 30_000,
};

const from: Parser<Address> = (value, subject, field) => {
  const parsed = typeof value === 'string' ? parseAddress(value) : null;
  if (parsed && isAddress(parsed)) return parsed;
  const problem = parsed ? parsed.problem : 'is not a string';
  throw new InvalidOptionError(
    subject,
    field,
    `(${JSON.stringify(value)}) ${problem}`,
    `Write 'App <app@example.com>'.`,
  );
};

/** Its value is not shown: it may hold a password. */
const transport: Parser<string | SMTPPoolOptions> = (value, subject, field) => {
  if (typeof value === 'string' && /^smtps?:\/\/./.test(value) && URL.canParse(value)) return value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new InvalidOptionError(
    subject,
    field,
    'is neither an SMTP URL nor an object',
    `Write 'smtp://user:password@host:587', or nodemailer's SMTP options.`,
  );
};

const FIELDS: Fields<ResolvedEmailOptions> = {
  from,
  transport,
  perRecipient: emailRates,
  messageClasses,
  attachments: attachmentOptions,
  queue: queueName,
  claimLease: timerDuration,
  handOverTimeout: timerDuration,
  sweepInterval: timerDuration,
};

/** Checks the options of EmailModule and fills in their defaults. @throws {@link InvalidOptionError} */
export function resolveEmailOptions(options: EmailModuleOptions): ResolvedEmailOptions {
  const { from: sender, transport: server, ...rest } = parseFields(options, FIELDS, MODULE);
  if (!sender)
    throw new InvalidOptionError(MODULE, 'from', 'is missing', `Add from: 'App <app@example.com>'.`);
  if (!server)
    throw new InvalidOptionError(MODULE, 'transport', 'is missing', `Add transport: 'smtp://host:587'.`);
  return { ...DEFAULTS, ...rest, from: sender, transport: server };
}
