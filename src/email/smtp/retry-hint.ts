const UNITS = { second: 1_000, minute: 60_000, hour: 3_600_000 } as const;
const HINT = /\b(?:in|after|wait)\s+(\d{1,6})\s*(s|sec|second|m|min|minute|h|hour)s?\b/i;
const LONGEST = 24 * UNITS.hour;

/** Milliseconds after which the server says to try again: `try again in 300 seconds`; null if it says nothing. */
export function retryHint(text: string): number | null {
  const match = HINT.exec(text);
  if (!match) return null;
  const unit = match[2]?.toLowerCase().startsWith('s')
    ? 'second'
    : match[2]?.toLowerCase().startsWith('m')
      ? 'minute'
      : 'hour';
  return Math.min(Number(match[1]) * UNITS[unit], LONGEST);
}
