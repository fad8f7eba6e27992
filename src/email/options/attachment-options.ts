import { isAbsolute } from 'node:path';
import type { Type } from '@nestjs/common';
import { InvalidOptionError, type Duration } from '../../tasks/index.js';
import type { Memory } from '../../tasks/options/module-options.js';
import {
  duration,
  type Fields,
  integer,
  memory,
  type Parser,
  parseFields,
} from '../../tasks/options/option-parsers.js';
import type { AttachmentStore } from '../attachments/attachment-store.js';

/** How files of messages are stored, and how large they may be. @publicApi */
export interface AttachmentOptions {
  /**
   * Where their bytes are: in the database; in a directory that every process sees under this absolute path, such as a
   * shared volume; or in a store of yours: a class, of which Nest makes one with what it depends on, or an object, such
   * as a provider that `forRootAsync` injects. Defaults to `'database'`.
   */
  store?: 'database' | { directory: string } | AttachmentStore | Type<AttachmentStore>;
  /**
   * Of one file; 1 MB is 1024² bytes. On its way it grows by a third, and many servers refuse messages above 25 MB.
   * Defaults to `'25MB'`.
   */
  maxSize?: Memory;
  /** Of all files of a message. Defaults to `maxSize`. */
  maxTotalSize?: Memory;
  /** Files of a message. Defaults to 20. */
  maxCount?: number;
  /**
   * How long a content stays that no message refers to: the time from `EmailAttachments.put()` to the message, and
   * the longest an upload may take. At least `'1h'`. Defaults to `'1d'`.
   */
  keepUnused?: Duration;
}

/** {@link AttachmentOptions} with every default in place; sizes in bytes, times in milliseconds. */
export interface ResolvedAttachmentOptions {
  readonly store: NonNullable<AttachmentOptions['store']>;
  readonly maxSize: number;
  readonly maxTotalSize: number;
  readonly maxCount: number;
  readonly keepUnused: number;
}

const HOUR = 60 * 60_000;

const store: Parser<ResolvedAttachmentOptions['store']> = (value, subject, field) => {
  if (value === 'database' || typeof value === 'function') return value as 'database' | Type<AttachmentStore>;
  if (typeof value === 'object' && value !== null) {
    const { directory, name, write, read, delete: remove } = value as Record<string, unknown>;
    if (typeof name === 'string' && [write, read, remove].every((method) => typeof method === 'function')) {
      return value as AttachmentStore;
    }
    if (typeof directory === 'string' && isAbsolute(directory)) return { directory };
  }
  throw new InvalidOptionError(
    subject,
    field,
    `is ${JSON.stringify(value)}`,
    `Use 'database', { directory: '/an/absolute/path' }, or an AttachmentStore with name, write, read and delete.`,
  );
};

const keepUnused: Parser<number> = (value, subject, field) => {
  const milliseconds = duration(value, subject, field);
  if (milliseconds >= HOUR) return milliseconds;
  throw new InvalidOptionError(
    subject,
    field,
    `is ${JSON.stringify(value)}`,
    `It must be at least '1h': uploads and messages on their way rely on it.`,
  );
};

const FIELDS: Fields<ResolvedAttachmentOptions> = {
  store,
  maxSize: memory,
  maxTotalSize: memory,
  maxCount: integer(0, 1_000),
  keepUnused,
};

export const attachmentOptions: Parser<ResolvedAttachmentOptions> = (value, subject, field) => {
  const given = parseFields(value, FIELDS, `${subject}, ${field}`);
  const maxSize = given.maxSize ?? 25 * 1024 ** 2;
  const resolved = { ...DEFAULTS, maxTotalSize: maxSize, ...given, maxSize };
  if (resolved.maxTotalSize >= maxSize) return resolved;
  throw new InvalidOptionError(
    `${subject}, ${field}`,
    'maxTotalSize',
    `is less than maxSize (${maxSize} bytes)`,
    'Raise it, or lower maxSize.',
  );
};

const DEFAULTS = { store: 'database', maxCount: 20, keepUnused: 24 * HOUR } as const;

export const NO_ATTACHMENT_OPTIONS = attachmentOptions({}, 'EmailModule', 'attachments');
