import type { HealthReport } from '../tasks/health/health-source.js';

/** What a look at a source has shown. */
export interface Finding extends HealthReport {
  readonly key: string;
  /** Of what is unknown: the key of what is down. */
  readonly cause?: string;
  /** What the look threw; for the log, and for nobody else. */
  readonly error?: unknown;
}

/** Of what is seen through something that is down. */
export const unknownBecause = (key: string, cause: string): Finding => ({
  key,
  status: 'unknown',
  message: `unknown (${cause} down)`,
  cause,
});

/** Why something cannot be looked at: what of its own dependencies is down, or what that depends on. */
export function causeOf(dependencies: readonly Finding[]): string | undefined {
  const down = dependencies.find(({ status }) => status === 'down');
  return down?.key ?? dependencies.find(({ cause }) => cause !== undefined)?.cause;
}
