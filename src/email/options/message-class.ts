import { InvalidOptionError, type TaskPriority } from '../../tasks/index.js';
import { boolean, type Fields, oneOf, type Parser, parseFields } from '../../tasks/options/option-parsers.js';

/**
 * What becomes of a message whose fate nobody knows: it was handed over, and then its worker died, or no answer came.
 *
 * - `hold`: it stays `unknown` until a person says what became of it, with `resolve()`
 * - `resend`: it is sent again, with the same Message-ID and Date: for mail that must arrive, even twice
 * - `assumeSent`: it counts as sent: for mail that must not arrive twice, even if it does not arrive
 *
 * @publicApi
 */
export type UnknownPolicy = 'hold' | 'resend' | 'assumeSent';

/** How messages of one class are treated. @publicApi */
export interface MessageClassOptions {
  /** What becomes of a message whose fate nobody knows. Defaults to `'hold'`. */
  onUnknown?: UnknownPolicy;
  /**
   * What can keep a recipient from getting it: `full`: the deny list and the limits per recipient; `lists`: the deny
   * list alone, for mail that somebody waits for, such as a password reset; `none`: nothing. All of them count for the
   * limits of others. Defaults to `'full'`.
   */
  blockCheck?: 'full' | 'lists' | 'none';
  /** Of several transports, those it may go through, in the order in which they are tried. Defaults to all of them. */
  transports?: readonly string[];
  /**
   * When templates are rendered. `preprocess`: when a message is accepted, so that what was accepted is what is sent.
   * `prepare`: when it is sent, with the templates of then; the context is kept instead of the content, and one that
   * does not fit fails the message. Defaults to `'preprocess'`.
   */
  renderAt?: RenderTime;
  /** Mail to many, such as a newsletter: a message without `unsubscribe` is refused. Defaults to false. */
  bulk?: boolean;
  /**
   * Of messages that name none. `'high'` and `'low'` need `priorities: true` on the queue of the e-mails. Defaults to
   * `'normal'`.
   */
  priority?: TaskPriority;
}

/** @publicApi */
export type RenderTime = 'preprocess' | 'prepare';

/** A class of messages with every default in place. */
export type MessageClass = Readonly<Required<Omit<MessageClassOptions, 'transports'>>> & {
  readonly transports: readonly string[] | null;
};

/** The class of messages that name none. */
export const DEFAULT_CLASS = 'default';

const DEFAULTS: MessageClass = {
  onUnknown: 'hold',
  blockCheck: 'full',
  transports: null,
  renderAt: 'preprocess',
  bulk: false,
  priority: 'normal',
};

const names: Parser<readonly string[]> = (value, subject, field) => {
  if (Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string'))
    return value;
  throw new InvalidOptionError(subject, field, 'is not a list of names', `Write ['primary', 'backup'].`);
};

const FIELDS: Fields<MessageClass> = {
  onUnknown: oneOf('hold', 'resend', 'assumeSent'),
  blockCheck: oneOf('full', 'lists', 'none'),
  transports: names,
  renderAt: oneOf('preprocess', 'prepare'),
  bulk: boolean,
  priority: oneOf('high', 'normal', 'low'),
};

/** The classes of an application by name; `default` is always among them. */
export type MessageClasses = Readonly<Record<string, MessageClass>>;

export const NO_CLASSES: MessageClasses = { [DEFAULT_CLASS]: DEFAULTS };

const NAME = /^[\w.-]{1,64}$/;

export const messageClasses: Parser<MessageClasses> = (value, subject, field) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidOptionError(subject, field, 'is not an object', `Write { newsletter: { … } }.`);
  }
  const classes = Object.entries(value).map(([name, options]): [string, MessageClass] => {
    if (!NAME.test(name)) {
      throw new InvalidOptionError(
        subject,
        field,
        `has a class ${JSON.stringify(name)}`,
        'Name it with up to 64 letters, digits, ".", "_" and "-".',
      );
    }
    return [name, { ...DEFAULTS, ...parseFields(options, FIELDS, `${subject}, class "${name}"`) }];
  });
  return { ...NO_CLASSES, ...Object.fromEntries(classes) };
};

/** A message whose class the options no longer have is treated as one of none. */
export const classOf = (classes: MessageClasses, name: string): MessageClass =>
  (Object.hasOwn(classes, name) ? classes[name] : undefined) ?? classes[DEFAULT_CLASS] ?? DEFAULTS;
