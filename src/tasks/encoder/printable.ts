import { stripVTControlCharacters } from 'node:util';

/*
 * What a job holds was written by whoever made or ran it. A terminal must not obey it: control characters, and those
 * that turn the direction of text, are left out.
 */

// Line separators, marks and overrides of direction.
const DECEIVING = /[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const CONTROL = /\p{Cc}/gu;
const CONTROL_IN_BLOCK = /(?!\n)\p{Cc}/gu;

/** Words of ASCII with single spaces: nearly every text there is. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** Text for one line. */
export const printableLine = (text: string): string =>
  PLAIN.test(text)
    ? text
    : stripVTControlCharacters(text).replace(/\s+/g, ' ').replace(CONTROL, '').replace(DECEIVING, '').trim();

/** Text that may have several lines. */
export const printableBlock = (text: string): string =>
  stripVTControlCharacters(text)
    .replaceAll('\t', '  ')
    .replace(CONTROL_IN_BLOCK, '')
    .replace(DECEIVING, '')
    .trimEnd();

/** JSON that holds nothing such either: it is escaped, so nothing is lost. */
export const printableJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
