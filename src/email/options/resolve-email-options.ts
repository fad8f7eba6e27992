import { InvalidOptionError } from '../../tasks/index.js';
import {
  boolean,
  type Fields,
  type Parser,
  parseFields,
  timerDuration,
} from '../../tasks/options/option-parsers.js';
import { queueName } from '../../tasks/options/resolve-policy.js';
import { type Address, isAddress, parseAddress } from '../submission/address.js';
import { type ResolvedTemplateOptions, templateOptions } from '../templates/template-options.js';
import {
  attachmentOptions,
  NO_ATTACHMENT_OPTIONS,
  type ResolvedAttachmentOptions,
} from './attachment-options.js';
import { dkim, type DkimOptions } from './dkim.js';
import type { EmailModuleOptions } from './email-module-options.js';
import { emailRates, type RecipientLimit } from './email-rate.js';
import { ONLY_TRANSPORT, type SmtpServer, transport, transports, type Transports } from './transports.js';
import { messageClasses, type MessageClasses, NO_CLASSES } from './message-class.js';
import {
  checkRetention,
  FOR_EVER,
  type ResolvedRetentionOptions,
  retentionOptions,
} from './retention-options.js';

/** The injection token of the resolved options. */
export const EMAIL_OPTIONS = Symbol('celeriac:email-options');

/** The module's options with every default in place; durations in milliseconds. */
export interface ResolvedEmailOptions {
  readonly from: Address;
  /** At least one. */
  readonly transports: Transports;
  readonly perRecipient: readonly RecipientLimit[];
  readonly messageClasses: MessageClasses;
  readonly attachments: ResolvedAttachmentOptions;
  readonly templates: ResolvedTemplateOptions | null;
  readonly dkim: DkimOptions | null;
  readonly retention: ResolvedRetentionOptions;
  readonly queue: string;
  readonly claimLease: number;
  readonly handOverTimeout: number;
  readonly sweepInterval: number;
  readonly smtpCheckInterval: number;
  readonly preparedStatements: boolean;
}

const MODULE = 'EmailModule';

const DEFAULTS = {
  perRecipient: [],
  messageClasses: NO_CLASSES,
  attachments: NO_ATTACHMENT_OPTIONS,
  templates: null,
  dkim: null,
  retention: FOR_EVER,
  queue: 'email',
  claimLease: 60_000,
  handOverTimeout: 60_000,
  sweepInterval: 30_000,
  smtpCheckInterval: 30_000,
  preparedStatements: true,
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

const FIELDS: Fields<ResolvedEmailOptions & { transport: SmtpServer }> = {
  from,
  transport,
  transports,
  perRecipient: emailRates,
  messageClasses,
  attachments: attachmentOptions,
  templates: templateOptions,
  dkim,
  retention: retentionOptions,
  queue: queueName,
  claimLease: timerDuration,
  handOverTimeout: timerDuration,
  sweepInterval: timerDuration,
  smtpCheckInterval: timerDuration,
  preparedStatements: boolean,
};

/** Checks the options of EmailModule and fills in their defaults. @throws {@link InvalidOptionError} */
export function resolveEmailOptions(options: EmailModuleOptions): ResolvedEmailOptions {
  const parsed = parseFields(options, FIELDS, MODULE);
  const { from: sender, transport: server, transports: servers, ...rest } = parsed;
  if (!sender)
    throw new InvalidOptionError(MODULE, 'from', 'is missing', `Add from: 'App <app@example.com>'.`);
  if (server && servers)
    throw new InvalidOptionError(MODULE, 'transports', 'stands beside "transport"', 'Give one of them.');
  const all = servers ?? (server && { [ONLY_TRANSPORT]: server });
  if (!all)
    throw new InvalidOptionError(MODULE, 'transport', 'is missing', `Add transport: 'smtp://host:587'.`);
  const resolved = { ...DEFAULTS, ...rest, from: sender, transports: all };
  checkClassTransports(resolved);
  checkRetention(resolved.retention, resolved.perRecipient);
  return resolved;
}

function checkClassTransports({ messageClasses: classes, transports: servers }: ResolvedEmailOptions): void {
  for (const [name, messageClass] of Object.entries(classes)) {
    const unknown = messageClass.transports?.find((one) => !Object.hasOwn(servers, one));
    if (unknown === undefined) continue;
    const fix = `Use ${Object.keys(servers).join(', ')}.`;
    throw new InvalidOptionError(`${MODULE}, class "${name}"`, 'transports', `has "${unknown}"`, fix);
  }
}
