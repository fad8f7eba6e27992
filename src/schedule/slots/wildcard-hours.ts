import type { Calendar } from './calendar.js';
import type { Zone } from './zone.js';

/** More than clocks are ever set back or forth: what lies further from a match cannot match by another offset. */
const FAR = 48 * 3_600_000;

/** The first instant after `after` whose local time matches. */
export function nextWildcard(calendar: Calendar, zone: Zone, after: number): number | undefined {
  let since = after + 1;
  for (;;) {
    const offset = zone.offset(since);
    const wall = calendar.next(since - 1 + offset);
    if (wall === undefined) return undefined;
    const match = wall - offset;
    const seen = Math.min(match, since + FAR);
    if (zone.offset(seen) !== offset) since = zone.change(since, seen);
    else if (seen === match) return match;
    else since = Math.max(seen, match - FAR);
  }
}

/** The last instant until `until`, itself included, whose local time matches. */
export function latestWildcard(calendar: Calendar, zone: Zone, until: number): number | undefined {
  let last = until;
  for (;;) {
    const offset = zone.offset(last);
    const wall = calendar.previous(last + 1 + offset);
    if (wall === undefined) return undefined;
    const match = wall - offset;
    const seen = Math.max(match, last - FAR);
    if (zone.offset(seen) !== offset) last = zone.change(seen, last) - 1;
    else if (seen === match) return match;
    else last = Math.min(seen, match + FAR);
  }
}
