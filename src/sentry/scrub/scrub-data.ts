import { withoutAddresses } from '../../tasks/encoder/without-addresses.js';

/** Deeper is not looked at, and not sent. */
const DEEPEST = 12;
const CUT = '[too deep]';

/** Anything that is about to be written as JSON, with every address in it replaced: in texts, and in names of fields. */
export function scrubData(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return withoutAddresses(value);
  if (typeof value !== 'object' || value === null) return value;
  // Bytes, dates, and what knows how to be written: only plain data has parts.
  if (Array.isArray(value)) {
    return depth >= DEEPEST ? CUT : value.map((item) => scrubData(item, depth + 1));
  }
  if (!isPlain(value)) return value;
  if (depth >= DEEPEST) return CUT;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [withoutAddresses(key), scrubData(item, depth + 1)]),
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
