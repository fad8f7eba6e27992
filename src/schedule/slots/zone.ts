import { IANAZone } from 'luxon';
import { timezone } from './timezone.js';

const HOUR = 3_600_000;
/** Beyond every offset there has been: local mean time of Manila was UTC-15:56 until 1844. */
const LARGEST_OFFSET = 16 * HOUR;
/** Clocks were never set back by more than this: crossing the date line is a day. */
const LONGEST_REPEAT = 26 * HOUR;

/**
 * The clocks of a time zone. A wall time is what they show, in milliseconds as if it were UTC.
 * They are taken to change once at most within two days.
 */
export class Zone {
  constructor(private readonly rules: IANAZone) {}

  /** What is added to an instant to have its wall time. */
  offset(at: number): number {
    return Math.round(this.rules.offset(at) * 60_000);
  }

  /** The first instant of (`from`, `to`] with another offset than `from`; at `to` it must be another. */
  change(from: number, to: number): number {
    const offset = this.offset(from);
    // Clocks change on whole seconds.
    let same = Math.floor(from / 1_000);
    let changed = Math.floor(to / 1_000);
    while (changed - same > 1) {
      const middle = Math.floor((same + changed) / 2);
      if (this.offset(middle * 1_000) === offset) same = middle;
      else changed = middle;
    }
    return changed * 1_000;
  }

  /** The latest wall time shown until `at`: later than the one at `at` while an hour is repeated. */
  furthest(at: number): number {
    const offset = this.offset(at);
    const earlier = at - LONGEST_REPEAT;
    const before = this.offset(earlier);
    if (before <= offset) return at + offset;
    return Math.max(at + offset, this.change(earlier, at) - 1 + before);
  }

  /** The first instant at which the clocks show `wall` or are past it. */
  reaches(wall: number): number {
    const early = wall - LARGEST_OFFSET;
    const late = wall + LARGEST_OFFSET;
    const before = this.offset(early);
    const after = this.offset(late);
    const unchanged = wall - before;
    if (before === after) return unchanged;
    const change = this.change(early, late);
    return unchanged < change ? unchanged : Math.max(change, wall - after);
  }
}

const zones = new Map<string, Zone>();

/** @throws {@link InvalidOptionError} for a name that this process does not know. */
export function zoneOf(name: string): Zone {
  let zone = zones.get(name);
  if (!zone) {
    zone = new Zone(IANAZone.create(timezone(name, 'schedule', 'timezone')));
    zones.set(name, zone);
  }
  return zone;
}
