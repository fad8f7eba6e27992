import { calendarOf } from './calendar.js';
import { latestFixed, nextFixed } from './fixed-hours.js';
import { latestInterval, nextInterval } from './intervals.js';
import type { When } from './when.js';
import { latestWildcard, nextWildcard } from './wildcard-hours.js';
import { zoneOf } from './zone.js';

/**
 * The first slot strictly after `after`; undefined when there is none.
 *
 * When the clocks change, a cron schedule follows the rule of
 * [cronie](https://man7.org/linux/man-pages/man8/cron.8.html): with a fixed hour field, a local time that is
 * skipped is due once, when the clocks have changed, and one that is repeated is due the first time only;
 * with an hour field that begins with `*`, it goes on in real time.
 *
 * @throws {@link InvalidOptionError} for an expression or a time zone that cannot be read.
 */
export function nextSlot(when: When, after: number): number | undefined {
  if ('at' in when) return when.at > after ? when.at : undefined;
  if ('every' in when) return nextInterval(when, after);
  const calendar = calendarOf(when.cron);
  const next = calendar.hour === 'fixed' ? nextFixed : nextWildcard;
  return next(calendar, zoneOf(when.timezone), Math.floor(after));
}

/**
 * The last slot of (`after`, `until`]; undefined when there is none. The cost does not depend on how many there are.
 *
 * @throws {@link InvalidOptionError} for an expression or a time zone that cannot be read.
 */
export function latestSlot(when: When, after: number, until: number): number | undefined {
  const latest = latestUntil(when, until);
  return latest !== undefined && latest > after ? latest : undefined;
}

function latestUntil(when: When, until: number): number | undefined {
  if ('at' in when) return when.at <= until ? when.at : undefined;
  if ('every' in when) return latestInterval(when, until);
  const calendar = calendarOf(when.cron);
  const latest = calendar.hour === 'fixed' ? latestFixed : latestWildcard;
  return latest(calendar, zoneOf(when.timezone), Math.floor(until));
}
