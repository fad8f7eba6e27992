/** Whether a pattern of the lists stands for more than one address or domain. */
export const isWildcard = (pattern: string): boolean => pattern.includes('*');

/** Whether an address fits: `*` is any text, also none. In linear time but for a factor of the pattern's length. */
export function fitsWildcard(pattern: string, address: string): boolean {
  let at = 0;
  let place = 0;
  /** Where the last `*` stands, and how much it has taken. */
  let star = -1;
  let taken = 0;
  while (at < address.length) {
    if (pattern[place] === '*') {
      star = place++;
      taken = at;
    } else if (pattern[place] === address[at]) {
      place++;
      at++;
    } else if (star >= 0) {
      place = star + 1;
      at = ++taken;
    } else return false;
  }
  while (pattern[place] === '*') place++;
  return place === pattern.length;
}
