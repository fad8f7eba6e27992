import type { RequestHandler } from 'express';
import { bearerAccess } from '../../tasks/access/bearer-access.js';
import { plainProblem } from '../problems/problem.js';
import { ProblemException } from '../problems/problem.exception.js';
import { PROBE_PATHS } from './probe-paths.js';

/**
 * Lets a request in. A middleware, not a guard: /docs and paths that do not exist are closed too, and nothing
 * of a request is parsed before.
 */
export function access(apiToken: string | undefined): RequestHandler {
  const refusalOf = bearerAccess(apiToken, 'API_TOKEN');
  return (request, response, next) => {
    const refusal = PROBE_PATHS.has(request.path) ? undefined : refusalOf(request);
    if (refusal?.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    next(refusal && new ProblemException(plainProblem(refusal.status, refusal.message)));
  };
}
