import type { EmailSummary } from '../../email/index.js';
import { printableLine } from '../../tasks/encoder/printable.js';
import { table, toTheSecond } from '../tool/table.js';

const HEAD = ['ID', 'STATUS', 'ATTEMPTS', 'CREATED', 'TO', 'REASON'];

/**
 * A line for each message, in columns.
 *
 * @param width of the terminal; the reason is cut to it. Infinity: it is not cut
 */
export const emailTable = (emails: readonly EmailSummary[], width: number): string =>
  table([HEAD, ...emails.map(cells)], width);

const cells = ({ id, status, attempts, createdOn, recipients, reason }: EmailSummary): string[] => [
  id,
  status,
  String(attempts),
  toTheSecond(createdOn),
  addressees(recipients),
  printableLine(reason ?? ''),
];

/** The first, and how many more there are. */
function addressees([first, ...more]: EmailSummary['recipients']): string {
  const address = printableLine(first?.address ?? '');
  return more.length === 0 ? address : `${address} +${more.length}`;
}
