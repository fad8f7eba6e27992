const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const HINT = /\b(?:in|after|wait)\s+(\d{1,6})\s*(s|m|h|sec|min|second|minute|hour)s?\b/i;
const LONGEST = 24 * 3_600_000;

/** Milliseconds after which the server says to try again: `try again in 300 seconds`; null if it says nothing. */
export function retryHint(text: string): number | null {
  const match = HINT.exec(text);
  const unit = UNITS[match?.[2]?.[0]?.toLowerCase() ?? ''];
  return unit === undefined ? null : Math.min(Number(match?.[1]) * unit, LONGEST);
}
