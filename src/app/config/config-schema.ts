import { z } from 'zod';
import { isLoopback } from '../../tasks/access/loopback.js';

const PORT_FIX = 'is not a port. Use a number from 0 (any free port) to 65535, or leave it out for 3000.';
const ROLES = ['all', 'web', 'worker'] as const;

/** Every environment variable the application reads; what is unset or empty takes its default. */
export const configSchema = z
  .object({
    DATABASE_URL: urlOf(
      ['postgres', 'postgresql'],
      'is not a Postgres URL. Write postgres://user:password@host:5432/database, or leave it out to use an embedded Postgres.',
    ).optional(),
    REDIS_URL: urlOf(
      ['redis', 'rediss'],
      'is not a Redis URL. Write redis://host:6379, or leave it out to keep the queues in Postgres.',
    ).optional(),
    SMTP_URL: urlOf(
      ['smtp', 'smtps'],
      'is not an SMTP URL. Write smtp://user:password@host:587, or leave it out to use the development inbox.',
    ).optional(),
    API_TOKEN: z
      .string()
      .regex(
        /^[\x21-\x7e]+$/,
        'cannot be sent in a header. Use printable ASCII without spaces, such as the output of: openssl rand -hex 32',
      )
      .optional(),
    PORT: z
      .string()
      .regex(/^\d{1,5}$/, PORT_FIX)
      .transform(Number)
      .refine((port) => port <= 65_535, PORT_FIX)
      .default(3000),
    HOST: z.string().optional(),
    ROLE: z
      .enum(ROLES, 'is not a role. Use all, web (accepts e-mails) or worker (sends them).')
      .default('all'),
    DATA_DIR: z.string().default('.data'),
    TEMPLATES: z.string().optional(),
    NAMESPACE: z
      .string()
      .regex(
        /^[a-z][a-z0-9_]*$/,
        'is not a namespace. Use lower-case letters, digits and _, beginning with a letter.',
      )
      .default('email_service'),
    MAIL_FROM: z.string().default('Celeriac <celeriac@example.com>'),
    PER_RECIPIENT: z
      .string()
      .regex(
        /^\d+\/\d*(ms|s|m|h|d)$/,
        'is not a limit. Write how many e-mails one recipient may get in which time, such as 20/1h.',
      )
      .default('20/1h'),
    SEND_RATE: z
      .string()
      .regex(
        /^[1-9]\d*\/\d*(ms|s|m|h|d)$/,
        'is not a rate. Write how many e-mails may be sent in which time, such as 14/s.',
      )
      .default('100/s'),
    SENTRY_DSN: urlOf(
      ['http', 'https'],
      'is not a DSN. Write https://key@host/project, or leave it out to send nothing to Sentry.',
    ).optional(),
    WEBHOOK_URL: urlOf(
      ['http', 'https'],
      'is not a URL. Write https://hooks.slack.com/…, or leave it out to be told in the log alone.',
    ).optional(),
  })
  .superRefine((config, context) => {
    if (config.HOST !== undefined && !isLoopback(config.HOST) && !config.API_TOKEN)
      context.addIssue({
        code: 'custom',
        path: ['HOST'],
        message:
          'opens the service to others, without API_TOKEN. Set API_TOKEN, or leave HOST out to listen on 127.0.0.1.',
      });
    if (config.ROLE !== 'all' && !config.SMTP_URL)
      context.addIssue({
        code: 'custom',
        path: ['SMTP_URL'],
        message: `ROLE=${config.ROLE} shares its work with other processes, and a development inbox belongs to one. Set SMTP_URL, or use ROLE=all.`,
      });
  });

function urlOf(protocols: readonly string[], message: string) {
  return z.string().refine((value) => protocols.includes(protocolOf(value)), message);
}

function protocolOf(value: string): string {
  return URL.canParse(value) && new URL(value).hostname ? new URL(value).protocol.slice(0, -1) : '';
}
