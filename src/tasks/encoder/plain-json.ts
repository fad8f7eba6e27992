import { isStorable } from './well-formed-text.js';

/** Why a value is not plain JSON, and where. */
export interface JsonProblem {
  readonly path: string;
  readonly problem: string;
}

const DEEPEST = 100;

/**
 * Finds the first thing in a value that would not come back from the broker as it went in, or undefined.
 *
 * JSON.stringify turns a Date into a string, a Map into `{}`, NaN into null and drops functions, all silently.
 * A queue must not change what was asked for, so each of them is a problem here. The one thing allowed to
 * vanish is a property whose value is undefined.
 */
export function findJsonProblem(value: unknown, path = '$', depth = 0): JsonProblem | undefined {
  switch (typeof value) {
    case 'string':
      return isStorable(value)
        ? undefined
        : { path, problem: 'a string with \\u0000 or a lone surrogate, which no JSON store can hold' };
    case 'number':
      return Number.isFinite(value) ? undefined : { path, problem: `${value}, which JSON cannot hold` };
    case 'boolean':
      return undefined;
    case 'object':
      return value === null ? undefined : findProblemInObject(value, path, depth);
    default:
      return { path, problem: value === undefined ? 'undefined' : `a ${typeof value}` };
  }
}

function findProblemInObject(value: object, path: string, depth: number): JsonProblem | undefined {
  if (depth >= DEEPEST)
    return { path, problem: `a value nested deeper than ${DEEPEST} levels, or one that holds itself` };
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const problem = findJsonProblem(value[index], `${path}[${index}]`, depth + 1);
      if (problem) return problem;
    }
    return undefined;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return { path, problem: `an instance of ${value.constructor?.name ?? 'a class'}` };
  }
  for (const key of Object.keys(value)) {
    if (!isStorable(key)) return { path, problem: 'a key with \\u0000 or a lone surrogate' };
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue;
    const problem = findJsonProblem(item, `${path}.${key}`, depth + 1);
    if (problem) return problem;
  }
  return undefined;
}

/** Bytes of a value as JSON in UTF-8. */
export function jsonSize(value: unknown): number {
  const json: string | undefined = JSON.stringify(value);
  return json === undefined ? 0 : Buffer.byteLength(json);
}
