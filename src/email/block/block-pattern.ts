import { InvalidBlockPatternError } from '../errors/index.js';
import { isAddress, parseAddress, parseDomain } from '../submission/address.js';

/** An address or `@domain` as the lists keep it. @throws {@link InvalidBlockPatternError} */
export function parseBlockPattern(pattern: string): string {
  if (typeof pattern !== 'string') throw new InvalidBlockPatternError(pattern, 'is not a string');
  if (pattern.startsWith('@')) {
    const domain = parseDomain(pattern.slice(1));
    if (domain === null) throw new InvalidBlockPatternError(pattern, 'has a malformed domain');
    return `@${domain}`;
  }
  const parsed = parseAddress(pattern);
  if (!isAddress(parsed)) throw new InvalidBlockPatternError(pattern, parsed.problem);
  if (parsed.name !== null) throw new InvalidBlockPatternError(pattern, 'has a name beside the address');
  return parsed.normalised;
}
