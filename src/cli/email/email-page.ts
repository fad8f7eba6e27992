import type { EmailRecipientView, EmailView } from '../../email/index.js';
import { printableLine } from '../../tasks/encoder/printable.js';
import { columns } from '../columns.js';
import { section } from '../tool/section.js';

/** All that is known of a message but its text. */
export function emailPage(email: EmailView): string {
  const { attachments, recipients, events } = email;
  const files = attachments.map(
    ({ filename, contentType, size }) => `${printableLine(filename)}  ${contentType}, ${size} bytes`,
  );
  const history = events.map(({ at, kind, detail }) =>
    `${at.toISOString()}  ${kind}  ${printableLine(detail ?? '')}`.trimEnd(),
  );
  return [
    `${printableLine(email.subject ?? `(of the template ${email.template})`)}  ${email.id}`,
    columns(facts(email)),
    section('recipients', recipients.map(recipient).join('\n')),
    files.length > 0 && section('attachments', files.join('\n')),
    section('history', history.join('\n')),
  ]
    .filter((part) => typeof part === 'string')
    .join('\n\n');
}

/** What is not so has no line. */
function facts(email: EmailView): [string, string][] {
  const time = (at: Date | null) => at?.toISOString() ?? null;
  const rows: [string, string | null][] = [
    ['status', email.status],
    ['reason', email.reason],
    ['from', email.from],
    ['class', email.messageClass],
    ['Message-ID', email.messageId],
    ['idempotency key', email.idempotencyKey],
    ['attempts', String(email.attempts)],
    ['created', time(email.createdOn)],
    ['not before', time(email.sendAt)],
    ['not after', time(email.expiresAt)],
    ['next attempt', time(email.nextAttemptOn)],
    ['sent', time(email.sentOn)],
    ['handed to', email.transport],
    ['answer', email.smtpResponse],
    ['anonymised', time(email.anonymisedOn)],
  ];
  return rows.flatMap(([name, value]): [string, string][] =>
    value === null ? [] : [[name, printableLine(value)]],
  );
}

/** Codes of the SMTP server stand at the head of the detail. */
const recipient = ({ kind, address, verdict, detail }: EmailRecipientView): string =>
  [kind, address, verdict ?? 'undecided', printableLine(detail ?? '')].join('  ').trimEnd();
