import { type ScheduleInfo, zonedTime } from '../../schedule/index.js';
import { printableLine } from '../../tasks/encoder/printable.js';
import { table } from '../tool/table.js';

const HEAD = ['ID', 'OWNER', 'STATE', 'LAST', 'OUTCOME', 'NEXT', 'WHEN', 'TASK'];

/** A line for each schedule. @param width of the terminal; Infinity: nothing is cut */
export const scheduleTable = (schedules: readonly ScheduleInfo[], zone: string, width: number): string =>
  table([HEAD, ...schedules.map((info) => cells(info, zone))], width);

const cells = ({ id, owner, state, last, next, words, tz, task }: ScheduleInfo, zone: string): string[] => [
  printableLine(id),
  owner,
  state,
  last ? zonedTime(last.at, zone) : '-',
  last?.outcome ?? '-',
  next[0] ? zonedTime(next[0], zone) : '-',
  printableLine(tz === undefined ? words : `${words}, ${tz}`),
  printableLine(task),
];
