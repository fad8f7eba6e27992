import type { Expectation } from './newsletter.js';

/** An e-mail that the application accepted over HTTP. */
export interface AcceptedEmail {
  readonly id: string;
  readonly token: string;
  readonly to: string;
  readonly expected: Expectation;
}

/** A message in the log of the SMTP server. */
export interface LoggedMessage {
  /** What names the e-mail in it; undefined if nothing does, or two things disagree. */
  readonly token: string | undefined;
  readonly recipients: readonly string[];
  readonly messageId: string;
  /** When the server took it, in ms. */
  readonly time: number;
}

export interface Verdict {
  /** Accepted over HTTP, must arrive, and never did. */
  readonly lost: readonly string[];
  /** Arrived more than once. */
  readonly doubled: readonly string[];
  /** Arrived though it must not, or at somebody else, or was never asked for. */
  readonly unexpected: readonly string[];
}

/** Holds what the SMTP server logged against what the application accepted. One line per finding. */
export function judge(accepted: readonly AcceptedEmail[], log: readonly LoggedMessage[]): Verdict {
  const known = new Set<string | undefined>(accepted.map(({ token }) => token));
  const arrivals = (email: AcceptedEmail) => log.filter(({ token }) => token === email.token);
  const times = (email: AcceptedEmail) => arrivals(email).length;
  return {
    lost: accepted.filter((email) => email.expected === 'once' && times(email) === 0).map(named),
    doubled: accepted
      .filter((email) => times(email) > 1)
      .map((email) => `${named(email)}: ${times(email)} times`),
    unexpected: [
      ...accepted.filter((email) => email.expected === 'never' && times(email) > 0).map(named),
      ...accepted.flatMap((email) => strayCopies(email, arrivals(email))),
      ...log
        .filter(({ token }) => !known.has(token))
        .map(({ messageId, recipients }) => `${messageId} to ${recipients.join(', ')}: nobody asked for it`),
    ],
  };
}

export function isClean({ lost, doubled, unexpected }: Verdict): boolean {
  return lost.length + doubled.length + unexpected.length === 0;
}

function strayCopies(email: AcceptedEmail, arrivals: readonly LoggedMessage[]): string[] {
  return arrivals
    .filter(({ recipients }) => recipients.length !== 1 || recipients[0] !== email.to)
    .map(({ recipients }) => `${named(email)}: arrived at ${recipients.join(', ') || 'nobody'}`);
}

function named({ id, token, to }: AcceptedEmail): string {
  return `${id} (${token}) to ${to}`;
}
