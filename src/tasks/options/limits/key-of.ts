import { createHash } from 'node:crypto';
import { isStorable } from '../../encoder/well-formed-text.js';
import { InvalidKeyError } from '../../errors/enqueue.errors.js';
import type { KeyOf } from './limit-options.js';

const LONGEST = 200;

/**
 * The key of a call: text that every broker can store, of bounded length.
 *
 * @param option what asks for it, for the message: `unique.by`, `lock`
 * @throws {@link InvalidKeyError} if the function throws, or gives something other than text or a finite number
 */
export function keyFrom(task: string, option: string, keyOf: KeyOf, args: readonly unknown[]): string {
  let key: unknown;
  try {
    key = keyOf(args);
  } catch (error) {
    throw new InvalidKeyError(task, option, 'threw', error);
  }
  if (typeof key === 'number' && Number.isFinite(key)) return String(key);
  if (typeof key !== 'string' || key === '') throw new InvalidKeyError(task, option, 'gave', key);
  return key.length <= LONGEST && isStorable(key) ? key : digest(key);
}

/** The key of a call that is like another only if all their arguments are. */
export const keyOfArguments = (args: readonly unknown[]): string => digest(JSON.stringify(args));

/** Of the code units themselves: as UTF-8, lone surrogates would all look the same. */
const digest = (text: string): string =>
  `sha256:${createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('base64url')}`;
