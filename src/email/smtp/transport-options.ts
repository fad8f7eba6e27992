import type { SMTPPoolOptions } from 'nodemailer';

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|::1|\[::1\])$/i;

/** The wait for the reply to the final dot, as RFC 5321 §4.5.3.2.6 asks: a shorter one "delivers multiple copies". */
const FINAL_REPLY = 10 * 60_000;
const UNTIL_GREETED = 10_000;
const CONNECTIONS = 5;

/**
 * nodemailer's pool, with everything before the message bounded tightly and the wait for the reply to it long.
 * What is given in the options or in the query of the URL wins.
 */
export function transportOptions(
  given: string | SMTPPoolOptions,
): SMTPPoolOptions & { pool: true; maxConnections: number } {
  const options: SMTPPoolOptions = typeof given === 'string' ? { url: given } : given;
  return {
    connectionTimeout: UNTIL_GREETED,
    dnsTimeout: UNTIL_GREETED,
    greetingTimeout: UNTIL_GREETED,
    socketTimeout: FINAL_REPLY,
    // Retries are the task's; one here replaces a pooled connection that the server has closed meanwhile.
    maxRequeues: 1,
    ...(needsTls(options) && { requireTLS: true }),
    ...options,
    tls: { minVersion: 'TLSv1.2', ...options.tls },
    disableFileAccess: true,
    disableUrlAccess: true,
    pool: true,
    maxConnections: connections(options),
  };
}

/** The submission port speaks STARTTLS; without requiring it, an attacker could strip it. */
function needsTls(options: SMTPPoolOptions): boolean {
  const url = options.url === undefined ? undefined : new URL(options.url);
  const host = url ? url.hostname : (options.host ?? 'localhost');
  const port = Number(url ? url.port : options.port) || 587;
  const secure = url ? url.protocol === 'smtps:' : options.secure === true;
  return !secure && port === 587 && !LOOPBACK.test(host);
}

function connections({ url, maxConnections }: SMTPPoolOptions): number {
  const inUrl = url === undefined ? null : new URL(url).searchParams.get('maxConnections');
  return Number(inUrl ?? maxConnections) || CONNECTIONS;
}
