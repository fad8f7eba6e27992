import type { BlockListEntry } from './list-entry.js';
import { fitsWildcard, isWildcard } from './wildcard.js';

export type ListDecision =
  | { kind: 'denied'; reason: string }
  /** Allowed by name: the limit does not apply either. */
  | { kind: 'exempt' }
  | { kind: 'open' };

/** The domain of a normalised address, as lists write it. */
const domainPattern = (normalised: string): string => normalised.slice(normalised.lastIndexOf('@'));

/**
 * What the lists say of an address. An allowed address beats everything; what is denied, by its address, its domain or
 * a wildcard, beats what is allowed by its domain or a wildcard.
 */
export function decideByLists(normalised: string, entries: readonly BlockListEntry[]): ListDecision {
  const domain = domainPattern(normalised);
  const of = (list: BlockListEntry['list'], fits: (pattern: string) => boolean) =>
    entries.find((entry) => entry.list === list && fits(entry.pattern));
  const isAddress = (pattern: string) => pattern === normalised;
  const isWider = (pattern: string) =>
    pattern === domain || (isWildcard(pattern) && fitsWildcard(pattern, normalised));
  if (of('allow', isAddress)) return { kind: 'exempt' };
  const denied = of('deny', isAddress) ?? of('deny', isWider);
  if (denied) {
    const what = isAddress(denied.pattern) ? 'on the deny list' : `${denied.pattern} is on the deny list`;
    return { kind: 'denied', reason: denied.reason === null ? what : `${what} (${denied.reason})` };
  }
  return of('allow', isWider) ? { kind: 'exempt' } : { kind: 'open' };
}
