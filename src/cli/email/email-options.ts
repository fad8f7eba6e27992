import type { EmailStatus } from '../../email/index.js';
import { oneOf, text } from '../../tasks/options/option-parsers.js';
import type { OptionTable } from '../read-options.js';
import { anyText, TOOL_OPTIONS } from '../tool/tool-options.js';
import { wholeNumber } from '../whole-number.js';

// A list of its own, of which the compiler knows that it is complete: the e-mail module is loaded when it is needed.
const STATUSES: Readonly<Record<EmailStatus, true>> = {
  pending: true,
  claimed: true,
  handed_over: true,
  deferred: true,
  sent: true,
  blocked: true,
  failed: true,
  expired: true,
  cancelled: true,
  unknown: true,
};

export const LIST_OPTIONS = {
  ...TOOL_OPTIONS,
  status: {
    value: '<status>',
    about: `With this status: ${Object.keys(STATUSES).join(', ')}.`,
    parse: oneOf(...(Object.keys(STATUSES) as EmailStatus[])),
  },
  to: { value: '<address>', about: 'To this address, in to, cc or bcc.', parse: anyText },
  limit: {
    value: '<number>',
    about: 'Most e-mails to list, up to 200. Default: 50.',
    parse: wholeNumber(200),
  },
  cursor: {
    value: '<cursor>',
    about: 'Go on where the list before ended, which told it.',
    parse: text(/^[\w-]+$/, 'Pass what the list before told.'),
  },
} satisfies OptionTable;

export const RESEND_UNSENT_OPTIONS = {
  ...TOOL_OPTIONS,
  'include-unknown': {
    about: 'Also those of which nobody knows whether they arrived: some will arrive twice.',
  },
} satisfies OptionTable;
