import { InvalidOptionError } from '../tasks/errors/configuration.errors.js';
import type { Duration } from '../tasks/index.js';
import type { AsyncOptions } from '../tasks/options/async-options.js';
import {
  duration,
  type Fields,
  type Parser,
  parseFields,
  timerDuration,
} from '../tasks/options/option-parsers.js';
import type { NotificationChannel } from './notification-channel.js';

/** @publicApi */
export interface NotificationsModuleOptions {
  /** A URL that takes Slack's JSON. It is a secret, and is not logged. Needed, unless there are `channels`. */
  webhook?: string;
  /** Channels of your own, beside it. */
  channels?: readonly NotificationChannel[];
  /** How long news is gathered before it goes out: what breaks together is told together. Defaults to `'10s'`. */
  gather?: Duration;
  /** After a notice, news waits for this time, and goes out together. Defaults to `'5m'`. */
  quiet?: Duration;
}

/** A provider that makes the options. @publicApi */
export interface NotificationsOptionsFactory {
  createNotificationsOptions(): NotificationsModuleOptions | Promise<NotificationsModuleOptions>;
}

/** The options of `NotificationsModule.forRootAsync()`. @publicApi */
export type NotificationsModuleAsyncOptions = AsyncOptions<
  NotificationsModuleOptions,
  NotificationsOptionsFactory
>;

/** Milliseconds. */
export interface ResolvedNotificationsOptions {
  readonly webhook: string | undefined;
  readonly channels: readonly NotificationChannel[];
  readonly gather: number;
  readonly quiet: number;
}

export const NOTIFICATIONS_OPTIONS = Symbol('celeriac:notifications-options');

const SUBJECT = 'NotificationsModule';

/** Its value is not shown: who knows it may post there. */
const webhook: Parser<string> = (value, subject, field) => {
  if (typeof value === 'string' && /^https?:\/\/./.test(value) && URL.canParse(value)) return value;
  throw new InvalidOptionError(subject, field, 'is no URL', "Write 'https://hooks.slack.com/services/…'.");
};

const channels: Parser<readonly NotificationChannel[]> = (value, subject, field) => {
  const sends = (each: unknown) => typeof (each as NotificationChannel | null)?.send === 'function';
  if (Array.isArray(value) && value.every(sends)) return value as NotificationChannel[];
  throw new InvalidOptionError(
    subject,
    field,
    'holds something that cannot send',
    'List objects with a method send.',
  );
};

const FIELDS: Fields<ResolvedNotificationsOptions> = {
  webhook,
  channels,
  gather: duration,
  quiet: timerDuration,
};

/** @throws {@link InvalidOptionError} */
export function resolveNotificationsOptions(
  options: NotificationsModuleOptions,
): ResolvedNotificationsOptions {
  const parsed = parseFields(options, FIELDS, SUBJECT);
  const resolved = { webhook: undefined, channels: [], gather: 10_000, quiet: 300_000, ...parsed };
  if (resolved.webhook === undefined && resolved.channels.length === 0)
    throw new InvalidOptionError(SUBJECT, 'webhook', 'is missing', 'Give the URL of a webhook, or channels.');
  return resolved;
}
