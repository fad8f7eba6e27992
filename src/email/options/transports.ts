import type { SMTPPoolOptions } from 'nodemailer';
import { InvalidOptionError } from '../../tasks/index.js';
import type { Parser } from '../../tasks/options/option-parsers.js';

/** An SMTP server: its URL, or nodemailer's options. */
export type SmtpServer = string | SMTPPoolOptions;

/** By name, in the order in which they are tried. */
export type Transports = Readonly<Record<string, SmtpServer>>;

/** The name of the one that needs none. */
export const ONLY_TRANSPORT = 'default';

const NAME = /^[A-Za-z][\w.-]{0,63}$/;

/** Its value is not shown: it may hold a password. */
export const transport: Parser<SmtpServer> = (value, subject, field) => {
  if (typeof value === 'string' && /^smtps?:\/\/./.test(value) && URL.canParse(value)) return value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new InvalidOptionError(
    subject,
    field,
    'is neither an SMTP URL nor an object',
    `Write 'smtp://user:password@host:587', or nodemailer's SMTP options.`,
  );
};

export const transports: Parser<Transports> = (value, subject, field) => {
  const servers =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  if (servers.length === 0) {
    const fix = `Write { primary: 'smtp://…', backup: 'smtp://…' }.`;
    throw new InvalidOptionError(subject, field, 'names no SMTP server', fix);
  }
  const wrong = servers.find(([name]) => !NAME.test(name));
  if (wrong) {
    const fix = 'Begin with a letter; use up to 64 letters, digits, ".", "_" and "-".';
    throw new InvalidOptionError(subject, field, `has a transport ${JSON.stringify(wrong[0])}`, fix);
  }
  return Object.fromEntries(
    servers.map(([name, server]) => [name, transport(server, subject, `${field}.${name}`)]),
  );
};
