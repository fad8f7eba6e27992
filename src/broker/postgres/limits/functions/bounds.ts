export const CALLED_AT_ONCE = 100;
/** Those who were called in are known for so long, in ms. */
export const CALLED_KEPT = 60_000;
/** So many who wait are counted; more are estimated. */
export const COUNTED = 100;
