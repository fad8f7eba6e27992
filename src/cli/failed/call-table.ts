import type { FailedCall } from '../../tasks/index.js';
import { printableLine } from '../../tasks/encoder/printable.js';

const HEAD = ['ID', 'TASK', 'STATE', 'ATTEMPTS', 'LOSSES', 'WHEN', 'REASON'];
/** Less than this tells nothing; a narrower terminal wraps. */
const SHORTEST_REASON = 20;

/**
 * A line for each call, in columns.
 *
 * @param width of the terminal; the reason is cut to it. Infinity: it is not cut
 */
export function callTable(calls: readonly FailedCall[], width: number): string {
  const rows = [HEAD, ...calls.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => cut(row.map((cell, column) => padded(cell, column, widths)).join('  '), width, widths))
    .join('\n');
}

const cells = ({ id, task, state, attempts, losses, failedAt, reason }: FailedCall): string[] => [
  printableLine(id),
  printableLine(task),
  state,
  String(attempts),
  String(losses),
  failedAt.toISOString().replace(/\.\d+Z$/, 'Z'),
  printableLine(reason),
];

const padded = (cell: string, column: number, widths: readonly number[]): string =>
  column === widths.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);

function cut(line: string, width: number, widths: readonly number[]): string {
  const others = widths.slice(0, -1).reduce((sum, each) => sum + each + 2, 0);
  const room = Math.max(width, others + SHORTEST_REASON);
  if (line.length <= room) return line;
  // Half a character would print as a mark of its own.
  return `${line.slice(0, room - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
