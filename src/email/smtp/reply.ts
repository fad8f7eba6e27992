import type { NodemailerError } from 'nodemailer';

/** Where in the dialogue with the SMTP server something ended. */
export type SmtpPhase = 'connect' | 'auth' | 'mail' | 'rcpt' | 'data' | 'content';

/** How a step of the dialogue ended, for want of a good reply. */
export interface Reply {
  readonly phase: SmtpPhase;
  /** null: there was none. */
  readonly code: number | null;
  /** RFC 3463: `4.7.1`. */
  readonly enhancedCode: string | null;
  readonly text: string;
}

const PHASES: readonly (readonly [RegExp, SmtpPhase])[] = [
  [/^AUTH/, 'auth'],
  [/^MAIL/, 'mail'],
  [/^RCPT/, 'rcpt'],
];

/** Reads nodemailer's account of a refusal; of one recipient's, too. */
export function replyOf(error: NodemailerError): Reply {
  const text = error.response ?? error.message;
  const code = error.responseCode ?? null;
  return { phase: phaseOf(error), code, enhancedCode: code === null ? null : enhancedCode(text), text };
}

function phaseOf({ code, command = '' }: NodemailerError): SmtpPhase {
  if (code === 'EMESSAGE') return 'content';
  const named = PHASES.find(([pattern]) => pattern.test(command))?.[1];
  if (named) return named;
  return code === 'EENVELOPE' ? 'data' : 'connect';
}

function enhancedCode(response: string): string | null {
  return /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})(?:\s|$)/.exec(response)?.[1] ?? null;
}
