import { DateTime } from 'luxon';

/** `2026-11-29T03:00:00+01:00`: a time as the clock of a zone shows it. */
export const zonedTime = (time: Date, zone: string): string =>
  DateTime.fromJSDate(time, { zone }).toISO({ suppressMilliseconds: true }) ?? time.toISOString();
