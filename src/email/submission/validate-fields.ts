import type { TaskPriority } from '../../tasks/index.js';
import { InvalidEmailError } from '../errors/index.js';
import { DEFAULT_CLASS } from '../options/message-class.js';
import { isAddress, parseAddress } from './address.js';
import { headerProblem } from './header-field.js';

const PRIORITIES: readonly TaskPriority[] = ['high', 'normal', 'low'];
const LONGEST_SUBJECT = 988;
const LARGEST_CONTENT = 2 * 1024 * 1024;
const LONGEST_KEY = 256;
const MOST_HEADERS = 50;
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

export function subject(value: unknown): string {
  return line('subject', value, LONGEST_SUBJECT);
}

export function idempotencyKey(value: unknown): string | null {
  return value === undefined || value === null ? null : line('idempotencyKey', value, LONGEST_KEY);
}

export function messageClass(value: unknown, known: readonly string[]): string {
  if (value === undefined || value === null) return DEFAULT_CLASS;
  if (typeof value === 'string' && known.includes(value)) return value;
  throw new InvalidEmailError(
    'messageClass',
    value,
    'is not a class of messages',
    `Use one of ${known.join(', ')}, or add it to messageClasses in the options of EmailModule.`,
  );
}

export function priority(value: unknown): TaskPriority | null {
  if (value === undefined || value === null) return null;
  if (PRIORITIES.includes(value as TaskPriority)) return value as TaskPriority;
  throw new InvalidEmailError('priority', value, 'is not a priority', `Use 'high', 'normal' or 'low'.`);
}

export function content(field: 'text' | 'html', value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string')
    throw new InvalidEmailError(field, value, 'is not a string', 'Give a string.');
  if (!value.isWellFormed() || value.includes('\0')) {
    throw new InvalidEmailError(
      field,
      undefined,
      'holds a NUL character or half a surrogate pair',
      'Check how it was decoded or cut: text.toWellFormed() repairs the second.',
    );
  }
  const bytes = Buffer.byteLength(value);
  if (bytes > LARGEST_CONTENT) {
    throw new InvalidEmailError(field, undefined, `has ${bytes} bytes`, `Give at most ${LARGEST_CONTENT}.`);
  }
  return value;
}

export function headers(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new InvalidEmailError('headers', value, 'is not an object', `Give { 'X-Tag': 'welcome' }.`);
  }
  const entries = Object.entries(value);
  if (entries.length > MOST_HEADERS) {
    throw new InvalidEmailError(
      'headers',
      undefined,
      `has ${entries.length} fields`,
      `Give at most ${MOST_HEADERS}.`,
    );
  }
  for (const [name, item] of entries) {
    const wrong = headerProblem(name, item) ?? replyToProblem(name, item);
    if (wrong) throw new InvalidEmailError(`headers.${name.slice(0, 80)}`, item, wrong.problem, wrong.fix);
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

export function moment(field: 'sendAt' | 'expiresAt', value: unknown): Date | null {
  if (value === undefined || value === null) return null;
  const year = value instanceof Date ? value.getUTCFullYear() : Number.NaN;
  if (value instanceof Date && year >= 1970 && year <= 9_999) return value;
  throw new InvalidEmailError(field, value, 'is not a moment', 'Give a valid Date.');
}

function line(field: string, value: unknown, longest: number): string {
  if (typeof value !== 'string' || value.trim() === '') {
    throw new InvalidEmailError(field, value, 'is missing', 'Give a string that is not empty.');
  }
  if (UNPRINTABLE.test(value)) {
    throw new InvalidEmailError(
      field,
      value,
      'holds a line break or another unprintable character',
      'Write it on one line.',
    );
  }
  if (value.length <= longest) return value;
  throw new InvalidEmailError(field, value, `has ${value.length} characters`, `Give at most ${longest}.`);
}

/** The one header of addresses that may be set. */
function replyToProblem(name: string, value: unknown): { problem: string; fix: string } | null {
  if (name.toLowerCase() !== 'reply-to') return null;
  const parsed = parseAddress(value as string);
  return isAddress(parsed) ? null : parsed;
}
