import { encodeError } from '../encoder/error-record.js';
import { findJsonProblem, jsonSize } from '../encoder/plain-json.js';
import { encodeDroppedResult, encodeResult } from './stored-outcome.js';

/** What a task returned, as it is stored; `dropped` tells why it is not, if it is not. */
export interface StorableResult {
  readonly value: unknown;
  readonly dropped?: string;
}

/** A task that did its work is not repeated for a result that cannot be stored. @param limit largest size in bytes */
export function storableResult(value: unknown, limit: number): StorableResult {
  const problem = resultProblem(value, limit);
  if (problem === undefined) return { value: encodeResult(value) };
  const dropped = `its result was dropped: ${problem}`;
  return { value: encodeDroppedResult(dropped), dropped };
}

function resultProblem(value: unknown, limit: number): string | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    const problem = findJsonProblem(value, 'result');
    if (problem) return `${problem.path} is ${problem.problem}`;
    const size = jsonSize(value);
    return size > limit ? `it is ${size} bytes, above the payload limit of ${limit}` : undefined;
  } catch (error) {
    return `it cannot be read: ${encodeError(error).message}`;
  }
}
