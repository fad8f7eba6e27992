import { isStorable } from '../../tasks/encoder/well-formed-text.js';
import { InvalidEmailError } from '../errors/index.js';

const MOST = 20;
const TAG = /^[\w.:-]{1,64}$/;
const LONGEST_VALUE = 500;

/** Each once. @throws {@link InvalidEmailError} */
export function tags(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new InvalidEmailError('tags', value, 'is not a list', `Give ['welcome'].`);
  tooMany('tags', value.length);
  for (const [index, tag] of value.entries()) {
    if (typeof tag === 'string' && TAG.test(tag)) continue;
    throw new InvalidEmailError(
      `tags[${index}]`,
      tag,
      'is not a tag',
      'Use up to 64 letters, digits, ".", "_", "-" and ":".',
    );
  }
  return [...new Set(value as string[])];
}

/** @throws {@link InvalidEmailError} */
export function metadata(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new InvalidEmailError('metadata', value, 'is not an object', `Give { orderId: '17' }.`);
  const entries = Object.entries(value);
  tooMany('metadata', entries.length);
  for (const [name, item] of entries) {
    if (!TAG.test(name)) {
      throw new InvalidEmailError(
        'metadata',
        name,
        'has a name that is none',
        'Use up to 64 letters, digits, ".", "_", "-" and ":".',
      );
    }
    if (typeof item === 'string' && item.length <= LONGEST_VALUE && isStorable(item)) continue;
    throw new InvalidEmailError(
      `metadata.${name}`,
      item,
      `is not a string of up to ${LONGEST_VALUE} characters without NUL and half surrogate pairs`,
      'Shorten it, or store it elsewhere and give its id.',
    );
  }
  return Object.fromEntries(entries) as Record<string, string>;
}

function tooMany(field: string, count: number): void {
  if (count > MOST)
    throw new InvalidEmailError(field, undefined, `has ${count} entries`, `Give at most ${MOST}.`);
}
