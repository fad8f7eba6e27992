import { InvalidBlockPatternError } from '../errors/index.js';
import { isAddress, parseAddress, parseDomain } from '../submission/address.js';
import { isWildcard } from './wildcard.js';

const LONGEST = 254;
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~.-]+$/;
const DOMAIN = /^[a-z0-9.*-]+$/;

/** An address, `@domain` or a wildcard as the lists keep it. @throws {@link InvalidBlockPatternError} */
export function parseBlockPattern(pattern: string): string {
  if (typeof pattern !== 'string') throw new InvalidBlockPatternError(pattern, 'is not a string');
  if (isWildcard(pattern)) return parseWildcard(pattern);
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

function parseWildcard(pattern: string): string {
  const lower = pattern.toLowerCase();
  const whole = lower.startsWith('@') ? `*${lower}` : lower;
  const [local = '', domain = '', ...more] = whole.split('@');
  if (more.length > 0 || whole.length > LONGEST || !LOCAL_PART.test(local) || !DOMAIN.test(domain))
    throw new InvalidBlockPatternError(pattern, 'is not an address with wildcards');
  return whole;
}
