import type { BlockListEntry } from './list-entry.js';

export type ListDecision =
  | { kind: 'denied'; reason: string }
  /** Allowed by name: the limit does not apply either. */
  | { kind: 'exempt' }
  | { kind: 'open' };

/** The domain of a normalised address, as lists write it. */
export const domainPattern = (normalised: string): string => normalised.slice(normalised.lastIndexOf('@'));

/**
 * What the lists say of an address. An allowed address beats everything, a denied address or domain beats an
 * allowed domain.
 */
export function decideByLists(normalised: string, entries: readonly BlockListEntry[]): ListDecision {
  const domain = domainPattern(normalised);
  const has = (list: BlockListEntry['list'], pattern: string) =>
    entries.find((entry) => entry.list === list && entry.pattern === pattern);
  if (has('allow', normalised)) return { kind: 'exempt' };
  const denied = has('deny', normalised) ?? has('deny', domain);
  if (denied) {
    const what = denied.pattern === domain ? `${domain} is on the deny list` : 'on the deny list';
    return { kind: 'denied', reason: denied.reason === null ? what : `${what} (${denied.reason})` };
  }
  return has('allow', domain) ? { kind: 'exempt' } : { kind: 'open' };
}
