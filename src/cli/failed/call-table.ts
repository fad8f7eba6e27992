import type { FailedCall } from '../../tasks/index.js';
import { printableLine } from '../../tasks/encoder/printable.js';
import { table, toTheSecond } from '../tool/table.js';

const HEAD = ['ID', 'TASK', 'STATE', 'ATTEMPTS', 'LOSSES', 'WHEN', 'REASON'];

/**
 * A line for each call, in columns.
 *
 * @param width of the terminal; the reason is cut to it. Infinity: it is not cut
 */
export const callTable = (calls: readonly FailedCall[], width: number): string =>
  table([HEAD, ...calls.map(cells)], width);

const cells = ({ id, task, state, attempts, losses, failedAt, reason }: FailedCall): string[] => [
  printableLine(id),
  printableLine(task),
  state,
  String(attempts),
  String(losses),
  toTheSecond(failedAt),
  printableLine(reason),
];
