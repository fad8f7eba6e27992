import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isLoopback } from './loopback.js';

/** Why a request is not answered. */
export interface Refusal {
  readonly status: 401 | 403;
  /** For people: what is wrong, and what to do. */
  readonly message: string;
}

/** What is looked at of a request. */
export type Asker = Pick<IncomingMessage, 'headers'> & {
  readonly socket: Pick<IncomingMessage['socket'], 'remoteAddress'>;
};

/** Lets a request in, or says why not. */
export type Access = (request: Asker) => Refusal | undefined;

/**
 * Lets those in who send a token; without one, requests of this machine alone.
 *
 * @param where the token is set, for messages: `MetricsModule: token`
 */
export const bearerAccess = (token: string | undefined, where: string): Access =>
  token === undefined ? loopbackOnly(where) : withToken(token, where);

function withToken(token: string, where: string): Access {
  const expected = digest(token);
  return ({ headers }) => {
    const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return undefined;
    const message = given === undefined ? 'A token is missing' : 'The token is another one';
    return { status: 401, message: `${message}. Send the header Authorization: Bearer <token> (${where}).` };
  };
}

/** The host, too: a web page could reach this machine through a name of its own. And a proxy asks for somebody else. */
function loopbackOnly(where: string): Access {
  const message = `Without a token only requests from this machine to localhost are answered. Set one (${where}).`;
  return ({ headers, socket }) => {
    const own =
      isLoopback(socket.remoteAddress ?? '') &&
      isLoopback((headers.host ?? '').replace(/:\d+$/, '')) &&
      headers.forwarded === undefined &&
      headers['x-forwarded-for'] === undefined;
    return own ? undefined : { status: 403, message };
  };
}

/** Equal lengths, whatever was sent: timingSafeEqual wants that. */
const digest = (token: string): Buffer => createHash('sha256').update(token).digest();
