import { STATUS_CODES } from 'node:http';
import type { FieldProblem, Problem } from './problem.schema.js';

/** A problem that its status and a sentence say in full. */
export function plainProblem(status: number, detail: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail };
}

/** A problem that a client may want to tell from others with its status. */
export function typedProblem(kind: string, title: string, status: number, detail: string): Problem {
  return { type: `urn:celeriac:problem:${kind}`, title, status, detail };
}

export function invalidRequest(errors: readonly FieldProblem[]): Problem {
  const detail = errors.map((error) => `${error.field} ${error.detail}`).join('; ');
  return {
    ...typedProblem('invalid-request', 'The request is not valid', 400, detail),
    field: errors[0]?.field,
    errors: [...errors],
  };
}
