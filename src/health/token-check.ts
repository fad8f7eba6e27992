import { createHash, timingSafeEqual } from 'node:crypto';

/** What is looked at of a request, with any HTTP adapter. */
export interface ProbeRequest {
  readonly headers: { readonly authorization?: string | undefined };
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** With a token: whether the request carries it. Without: whether it comes from this machine. */
export function mayLook({ headers, socket }: ProbeRequest, token: string | undefined): boolean {
  if (token === undefined) return /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/.test(socket.remoteAddress ?? '');
  const given = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  return given !== undefined && timingSafeEqual(digest(given), digest(token));
}

/** Equal lengths, whatever was sent: timingSafeEqual wants that. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
