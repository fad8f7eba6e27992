import { createHash, timingSafeEqual } from 'node:crypto';
import { PROBE_PATHS } from './probe-paths.js';
import type { RequestHandler } from 'express';
import { plainProblem } from '../problems/problem.js';
import { ProblemException } from '../problems/problem.exception.js';
import { isLoopback } from '../../tasks/access/loopback.js';

/**
 * Lets a request in. A middleware, not a guard: /docs and paths that do not exist are closed too, and nothing
 * of a request is parsed before.
 */
export function access(apiToken: string | undefined): RequestHandler {
  const refusal = apiToken === undefined ? refuseForeignHost : refuseWithoutToken(apiToken);
  return (request, response, next) => {
    if (PROBE_PATHS.has(request.path)) return next();
    const problem = refusal(request.headers);
    if (problem?.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    next(problem && new ProblemException(problem));
  };
}

type Refusal = (headers: {
  authorization?: string;
  host?: string;
}) => ReturnType<typeof plainProblem> | undefined;

function refuseWithoutToken(apiToken: string): Refusal {
  const expected = digest(apiToken);
  return ({ authorization }) => {
    const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
    if (given === undefined)
      return plainProblem(401, 'A token is missing. Send the header Authorization: Bearer <API_TOKEN>.');
    return timingSafeEqual(digest(given), expected)
      ? undefined
      : plainProblem(401, 'The token is not the API_TOKEN of this service.');
  };
}

/** Without a token, a web page could reach a loopback service through a host name of its own that it points here. */
const refuseForeignHost: Refusal = ({ host }) =>
  isLoopback((host ?? '').replace(/:\d+$/, ''))
    ? undefined
    : plainProblem(
        403,
        'Without API_TOKEN this service answers requests to localhost only. Set API_TOKEN to open it.',
      );

/** Equal lengths, whatever was sent: timingSafeEqual wants that. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
