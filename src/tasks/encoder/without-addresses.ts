/*
 * Errors, and what SMTP servers answer, quote whom a message was for. What leaves for a service that watches the
 * application says that there was an address, and not which.
 */

const AT = '(?:@|＠|%40|&#64;|\\\\u0040)';
/**
 * Of any script. With `=` and `%`, by which bounces write whom they are about; without the slash, which ends a path as in
 * `node_modules/@sentry`.
 */
const ATOMS = "[\\p{L}\\p{N}\\p{M}!#$%&'*+=?^_`{|}~.-]+";
const QUOTED = '\\\\?"[^"\\n]{1,128}"';
const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}\\p{M}_-]*[\\p{L}\\p{N}\\p{M}])?';
const LITERAL = '\\[[\\p{L}\\p{N}:.-]{2,64}\\]';
const IPV4 = '\\d{1,3}(?:\\.\\d{1,3}){3}(?![\\p{N}])';
/** The last label has a letter: what follows the `@` of `bullmq@6.7.0` is a version. */
const DOMAIN = `(?:${LABEL}\\.)*(?=[\\p{N}_-]*\\p{L})${LABEL}`;

/** Slashes alone may be a local part, too; before a name without a dot they end a path. */
const FULL_DOMAIN = `(?:${LABEL}\\.)+\\p{L}{2,63}`;

const ADDRESS = new RegExp(
  `(?:${QUOTED}|(?<![\\p{L}\\p{N}\\p{M}!#$%&'*+=?^_\`{|}~.-])${ATOMS})${AT}(?:${LITERAL}|${IPV4}|${DOMAIN})|/{1,9}${AT}${FULL_DOMAIN}`,
  'gu',
);

/** Whether there may be one at all: almost every text has none, and is done with after this. */
const HINT = /@|＠|%40|&#64;|\\u0040/;

/** What stands in the place of an address. */
const ADDRESS_MARK = '[address]';

/** A text with every e-mail address in it replaced, however it is written or encoded. What looks like one is taken for one. */
export function withoutAddresses(text: string): string {
  let clean = text;
  // What is left beside a mark may look like one: `a@` before it.
  while (HINT.test(clean)) {
    const next = clean.replace(ADDRESS, ADDRESS_MARK);
    if (next === clean) break;
    clean = next;
  }
  return clean;
}
