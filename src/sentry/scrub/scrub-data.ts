import { withoutAddresses } from '../../tasks/encoder/without-addresses.js';

/** Deeper is not looked at, and not sent. */
const DEEPEST = 12;
const CUT = '[too deep]';

/**
 * Anything that is about to be written as JSON, with every address in it replaced: in texts, and in names of fields.
 * What an application has put on a scope may refer to itself; the copy does then, too.
 */
export function scrubData(value: unknown): unknown {
  return scrub(value, 0, new Map());
}

function scrub(value: unknown, depth: number, copies: Map<object, unknown>): unknown {
  if (typeof value === 'string') return withoutAddresses(value);
  if (typeof value !== 'object' || value === null) return value;
  const known = copies.get(value);
  if (known !== undefined) return known;
  // Bytes, dates, and what knows how to be written: only plain data has parts.
  if (!Array.isArray(value) && !isPlain(value)) return value;
  if (depth >= DEEPEST) return CUT;
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    copies.set(value, copy);
    for (const item of value) copy.push(scrub(item, depth + 1, copies));
    return copy;
  }
  const copy: Record<string, unknown> = {};
  copies.set(value, copy);
  for (const [key, item] of Object.entries(value))
    copy[withoutAddresses(key)] = scrub(item, depth + 1, copies);
  return copy;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
