import { fileURLToPath } from 'node:url';
import type { MailAppOptions } from '../../email/support/mail-app.js';
import { run, type Run } from './run.js';

const VARIABLE = 'CELERIAC_TEST_MAIL_APP';
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}.js`, import.meta.url));

export const EMAIL_APP = fixture('email-app');

export function readMailSettings(): MailAppOptions {
  const told = process.env[VARIABLE];
  if (told === undefined) throw new Error(`${VARIABLE} is not set`);
  return JSON.parse(told) as MailAppOptions;
}

/** Runs `celeriac email` on an outbox. */
export const runEmail = (settings: MailAppOptions, ...args: string[]): Promise<Run> =>
  run(['email', ...args, '--app', EMAIL_APP], { [VARIABLE]: JSON.stringify(settings) });
