import { type ScheduleInfo, type ScheduleSpan, zonedTime } from '../../schedule/index.js';
import { formatSeconds } from '../../tasks/duration.js';
import { printableLine } from '../../tasks/encoder/printable.js';
import { columns } from '../columns.js';
import { section } from '../tool/section.js';

/** All that is known of a schedule. */
export function schedulePage(info: ScheduleInfo, zone: string): string {
  const { id, task, queue, args, expression, words, tz, owner, state, misfire, overlap, last, next, late } =
    info;
  const time = (date: Date): string => zonedTime(date, zone);
  const span = ({ from, to }: ScheduleSpan): string =>
    from.getTime() === to.getTime() ? time(from) : `${time(from)} to ${time(to)}`;
  const rows: [string, string][] = [
    ['task', printableLine(task)],
    ['queue', queue ?? '-'],
    ['arguments', printableLine(JSON.stringify(args))],
    ['when', printableLine(`${words} (${expression}${tz === undefined ? '' : `, ${tz}`})`)],
    ['owner', owner],
    ['state', late === 0 ? state : `${state}, late by ${formatSeconds(late)}`],
    ['misfire', misfire],
    ['overlap', overlap],
  ];
  if (last)
    rows.push(['last', `${time(last.at)} ${last.outcome} ${printableLine(last.call ?? '')}`.trimEnd()]);
  if (info.missed) rows.push(['missed', span(info.missed)]);
  if (info.skipped) rows.push(['skipped', span(info.skipped)]);
  const upcoming = next.length === 0 ? 'none' : next.map(time).join('\n');
  return `${printableLine(id)}\n${columns(rows)}\n${section('next', upcoming)}`;
}
