import { storable } from '../encoder/well-formed-text.js';
import type { ErrorRecord } from '../encoder/error-record.js';

/*
 * How an outcome lies on a BullMQ job.
 *
 *   succeeded, ignored, expired, revoked   completed jobs; the return value tells which
 *   failed, quarantined                    failed jobs; the failed reason tells which
 *   backoff, snoozed, parked, limited, revoked   the reason of a job that waits again
 *
 * A plain return value is stored as it is, so that a dashboard shows it. A value that would read as one of
 * our own marks is wrapped.
 */

const MARK = '$celeriac';

/** How a job can complete other than by succeeding. */
export type CompletedAs = 'ignored' | 'expired' | 'revoked';

export type StoredResult =
  { state: 'succeeded'; value: unknown; resultDropped?: string } | { state: CompletedAs; reason: string };

export function encodeResult(value: unknown): unknown {
  return isMarked(value) ? { [MARK]: 'succeeded', value } : value;
}

export function encodeDroppedResult(reason: string): unknown {
  return { [MARK]: 'succeeded', resultDropped: reason };
}

export function encodeCompletion(state: CompletedAs, reason: string): unknown {
  return { [MARK]: state, reason: storable(reason, 1_000) };
}

export function decodeResult(stored: unknown): StoredResult {
  if (!isMarked(stored)) return { state: 'succeeded', value: stored ?? null };
  const mark = stored as { [MARK]: string; value?: unknown; reason?: string; resultDropped?: string };
  if (mark[MARK] === 'succeeded') {
    return mark.resultDropped === undefined
      ? { state: 'succeeded', value: mark.value ?? null }
      : { state: 'succeeded', value: null, resultDropped: mark.resultDropped };
  }
  return { state: mark[MARK] as CompletedAs, reason: mark.reason ?? '' };
}

function isMarked(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, MARK);
}

/** Why a job waits or failed. */
export type StoredReason =
  | { kind: 'error'; name: string | undefined; message: string }
  | { kind: 'quarantined' | 'snoozed' | 'revoked'; message: string }
  | { kind: 'parked' | 'limited'; message: string; since: number };

const PREFIX = 'celeriac:';

export const encodeErrorReason = (error: ErrorRecord): string => `${error.name}: ${error.message}`;

export const encodeQuarantine = (reason: string): string =>
  `${PREFIX}quarantined: ${storable(reason, 1_000)}`;

export const encodeSnooze = (reason: string): string => `${PREFIX}snoozed: ${storable(reason, 1_000)}`;

export const REVOKED_WHILE_RUNNING = 'revoked while it ran';

export const encodeRevocation = (reason: string): string => `${PREFIX}revoked: ${storable(reason, 1_000)}`;

export const encodeParking = (since: number, reason: string): string =>
  `${PREFIX}parked@${since}: ${storable(reason, 1_000)}`;

/** @param since when a limit refused it first */
export const encodeLimited = (since: number, reason: string): string =>
  `${PREFIX}limited@${since}: ${storable(reason, 1_000)}`;

/** The start of every parked job's reason; adapters find parked jobs by it. */
export const PARKED_PREFIX = `${PREFIX}parked@`;

export function decodeReason(reason: string): StoredReason {
  const own = /^celeriac:(quarantined|snoozed|revoked|(parked|limited)@(\d+(?:\.\d+)?)): ([\s\S]*)$/.exec(
    reason,
  );
  if (own?.[2] !== undefined)
    return { kind: own[2] as 'parked' | 'limited', since: Number(own[3]), message: own[4] ?? '' };
  if (own) return { kind: own[1] as 'quarantined' | 'snoozed' | 'revoked', message: own[4] ?? '' };
  const error = /^([A-Za-z_$][\w$.]*): ([\s\S]*)$/.exec(reason);
  return { kind: 'error', name: error?.[1], message: error?.[2] ?? reason };
}
