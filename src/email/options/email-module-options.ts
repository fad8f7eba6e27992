import type { ModuleMetadata, Provider } from '@nestjs/common';
import type { SMTPPoolOptions } from 'nodemailer';
import type { AsyncOptions } from '../../tasks/options/async-options.js';
import type { Duration } from '../../tasks/index.js';
import type { TemplateOptions } from '../templates/template-options.js';
import type { AttachmentOptions } from './attachment-options.js';
import type { DkimOptions } from './dkim.js';
import type { EmailRate } from './email-rate.js';
import type { MessageClassOptions } from './message-class.js';
import type { RetentionOptions } from './retention-options.js';

/**
 * The options of `EmailModule.forRoot()`.
 *
 * @publicApi
 */
export interface EmailModuleOptions {
  /** Who the messages are from: `'App <app@example.com>'`. Its domain is also that of the Message-IDs. */
  from: string;
  /**
   * The SMTP server: `'smtp://user:password@host:587'`, `'smtps://…'`, or nodemailer's SMTP options.
   * Connections are pooled (`maxConnections`, 5 per process by default). Port 587 requires STARTTLS unless
   * `requireTLS: false` is given. This, or `transports`.
   */
  transport?: string | SMTPPoolOptions;
  /**
   * Several SMTP servers by name, in the order in which they are tried: a message goes to the first that is up, and to
   * no other once one may have taken it. Each has a breaker of its own, `email.send:<name>`.
   */
  transports?: Readonly<Record<string, string | SMTPPoolOptions>>;
  /**
   * At most so many messages to one recipient in a time, judged by when they were accepted, not when they are
   * sent: `'5/10m'`, or several of which each holds: `['5/10m', '50/1d']`. The messages above are blocked. Defaults to
   * no limit.
   */
  perRecipient?: EmailRate | readonly EmailRate[];
  /**
   * Kinds of messages that are treated in ways of their own; a message names its class in `messageClass`. `default`
   * is the class of those that name none.
   */
  messageClasses?: Readonly<Record<string, MessageClassOptions>>;
  /** Where files of messages are stored, and how large they may be. Defaults to the database and 25 MB. */
  attachments?: AttachmentOptions;
  /** Templates that messages name. Needs the package `liquidjs`. Defaults to none. */
  templates?: TemplateOptions;
  /** Signs every message, so that receivers know who answers for it. Defaults to no signature. */
  dkim?: DkimOptions;
  /** How long finished messages stay, and when they are made anonymous. Defaults to for ever, and never. */
  retention?: RetentionOptions;
  /**
   * The queue that `email.send` is called in. The queue `email`, the task's own, must be declared in TasksModule
   * in any case. Defaults to `'email'`.
   */
  queue?: string;
  /**
   * How long a worker that takes up a message keeps others from it, if it is not heard of again; while it lives, it
   * renews the claim. A message whose worker is killed waits for as long. Defaults to `'1m'`.
   */
  claimLease?: Duration;
  /**
   * How long the SMTP server has to ask for the content of a message, from the connection on. One that takes longer
   * is tried again: it has got nothing. Defaults to `'1m'`.
   */
  handOverTimeout?: Duration;
  /** How often each process looks for messages that were stored without a call. Defaults to `'30s'`. */
  sweepInterval?: Duration;
  /**
   * How long HealthModule takes an SMTP server for well that was: a look is a connection and a login. Defaults to `'30s'`.
   */
  smtpCheckInterval?: Duration;
  /**
   * Whether the statements of sending are prepared once for each connection. Turn it off behind a pooler that gives
   * every transaction another connection and does not know them (PgBouncer before 1.21). Defaults to true.
   */
  preparedStatements?: boolean;
}

/** What is added to the module itself. @publicApi */
export interface EmailModuleExtras extends Pick<ModuleMetadata, 'imports'> {
  /**
   * Replaces services of the module by your own (`{ provide: EmailBlockCheckService, useClass: MyBlockCheck }`), or
   * adds hooks (`{ provide: EmailHooks, useClass: MyHooks }`). What they inject comes from `imports`.
   */
  providers?: Provider[];
}

/** A provider that makes the options: `useClass` and `useExisting` of `forRootAsync`. @publicApi */
export interface EmailOptionsFactory {
  createEmailOptions(): EmailModuleOptions | Promise<EmailModuleOptions>;
}

/** The options of `EmailModule.forRootAsync()`. @publicApi */
export type EmailModuleAsyncOptions = EmailModuleExtras &
  AsyncOptions<EmailModuleOptions, EmailOptionsFactory>;
