import type { PolicyOverrides } from '../options/task-policy.js';

/** The version this build writes. It reads every version up to this one. */
export const ENVELOPE_VERSION = 1;

/** What a call carries for itself: `headers` for the application, this for Celeriac. Times are the store's, in ms. */
export interface EnvelopeOptions extends PolicyOverrides {
  /** The call must not begin before this time. */
  eta?: number;
  /** The call must not begin after this time. */
  expires?: number;
  /** Tells two calls with the same `taskId` apart; the one that is stored was first. */
  nonce?: string;
}

/** The versioned JSON stored in the job. */
export interface Envelope {
  readonly v: number;
  readonly args: readonly unknown[];
  readonly headers: Readonly<Record<string, string>>;
  readonly options: EnvelopeOptions;
}

/** What reading a job's payload gives. */
export type DecodedEnvelope =
  | { kind: 'envelope'; envelope: Envelope }
  /** Written by a newer build: this worker cannot run it, another may. */
  | { kind: 'newer'; version: number }
  /** Nothing any worker could run. */
  | { kind: 'malformed'; problem: string };

const malformed = (problem: string): DecodedEnvelope => ({ kind: 'malformed', problem });

/** Reads the payload of a job, whoever wrote it. */
export function decodeEnvelope(data: unknown): DecodedEnvelope {
  if (!isRecord(data) || !('v' in data)) {
    return malformed('no envelope: the job was added by something other than a Celeriac client');
  }
  const { v, args, headers, options } = data;
  if (typeof v !== 'number' || !Number.isInteger(v) || v < 1)
    return malformed(`its version is ${JSON.stringify(v)}`);
  if (v > ENVELOPE_VERSION) return { kind: 'newer', version: v };
  if (!Array.isArray(args)) return malformed('"args" is not an array');
  if (!isRecord(headers)) return malformed('"headers" is not an object');
  if (!isRecord(options)) return malformed('"options" is not an object');
  return { kind: 'envelope', envelope: data as unknown as Envelope };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
