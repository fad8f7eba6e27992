import { InvalidDurationError } from './errors/configuration.errors.js';

/**
 * A length of time with its unit: `'250ms'`, `'30s'`, `'5m'`, `'2h'`, `'7d'`.
 * A bare number does not compile: nobody has to remember whether it meant seconds or milliseconds.
 *
 * @publicApi
 */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof MILLISECONDS;

/** The longest time a JavaScript timer can wait: 2^31 - 1 ms, about 24.8 days. */
export const LONGEST_TIMER = 2_147_483_647;

/** Milliseconds of a {@link Duration}. @throws {@link InvalidDurationError} */
export function parseDuration(value: unknown): number {
  const match = typeof value === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value) : null;
  if (!match) throw new InvalidDurationError(value);
  const milliseconds = Math.round(Number(match[1]) * MILLISECONDS[match[2] as Unit]);
  if (!Number.isSafeInteger(milliseconds)) throw new InvalidDurationError(value);
  return milliseconds;
}

/** The shortest exact spelling of a number of milliseconds: 90_000 is `'90s'`, 120_000 is `'2m'`. */
export function formatDuration(milliseconds: number): Duration {
  const whole = Math.round(milliseconds);
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (whole !== 0 && whole % MILLISECONDS[unit] === 0) return `${whole / MILLISECONDS[unit]}${unit}`;
  }
  return `${whole}ms`;
}

/** The same in whole seconds, for people: at least one. */
export const formatSeconds = (milliseconds: number): Duration =>
  formatDuration(Math.max(1, Math.round(milliseconds / 1_000)) * 1_000);
