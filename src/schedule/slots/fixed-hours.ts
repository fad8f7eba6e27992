import type { Calendar } from './calendar.js';
import type { Zone } from './zone.js';

// A local time is due at the first instant whose clock shows it or is past it. That is one rule for all three
// cases: the only instant that shows it, the first of two, or the end of the gap that skips it. So a slot lies
// after `after` exactly when its local time lies after the furthest that the clock has shown by then.

export function nextFixed(calendar: Calendar, zone: Zone, after: number): number | undefined {
  const wall = calendar.next(zone.furthest(after));
  return wall === undefined ? undefined : zone.reaches(wall);
}

export function latestFixed(calendar: Calendar, zone: Zone, until: number): number | undefined {
  const wall = calendar.previous(zone.furthest(until) + 1);
  return wall === undefined ? undefined : zone.reaches(wall);
}
