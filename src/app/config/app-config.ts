import { configSchema } from './config-schema.js';
import { InvalidConfigError } from './invalid-config.error.js';

/** Injection token of the {@link AppConfig}. */
export const APP_CONFIG = Symbol('app:config');

/** The validated configuration of the reference application. */
export interface AppConfig {
  /** Absent: an embedded Postgres in `<dataDir>/postgres`. */
  readonly databaseUrl: string | undefined;
  /** Absent: the queues are in the database. */
  readonly redisUrl: string | undefined;
  /** Absent: the development inbox. */
  readonly smtpUrl: string | undefined;
  /** Absent: the service answers this machine only, and without asking for a token. */
  readonly apiToken: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly role: 'all' | 'web' | 'worker';
  readonly dataDir: string;
  /** The directory of e-mail templates. Absent: there are none. */
  readonly templates: string | undefined;
  /** Keeps applications that share a broker apart. */
  readonly namespace: string;
  /** The sender of every e-mail. */
  readonly mailFrom: string;
  /** E-mails one recipient may get in a time, such as `20/1h`. */
  readonly perRecipient: string;
  /** E-mails that all workers may send in a time, such as `14/s`. */
  readonly sendRate: string;
  /** Absent: nothing is sent to Sentry. */
  readonly sentryDsn: string | undefined;
  /** Who is told when something breaks, and when it is well again. Absent: the log alone. */
  readonly webhookUrl: string | undefined;
}

/** @throws {@link InvalidConfigError} naming every bad variable, its value and the fix */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): AppConfig {
  const set = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => Boolean(entry[1]?.trim())),
  );
  const result = configSchema.safeParse(set);
  if (!result.success) throw new InvalidConfigError(result.error, set);
  const variables = result.data;
  return {
    databaseUrl: variables.DATABASE_URL,
    redisUrl: variables.REDIS_URL,
    smtpUrl: variables.SMTP_URL,
    apiToken: variables.API_TOKEN,
    host: variables.HOST ?? (variables.API_TOKEN ? '0.0.0.0' : '127.0.0.1'),
    port: variables.PORT,
    role: variables.ROLE,
    dataDir: variables.DATA_DIR,
    templates: variables.TEMPLATES,
    namespace: variables.NAMESPACE,
    mailFrom: variables.MAIL_FROM,
    perRecipient: variables.PER_RECIPIENT,
    sendRate: variables.SEND_RATE,
    sentryDsn: variables.SENTRY_DSN,
    webhookUrl: variables.WEBHOOK_URL,
  };
}
