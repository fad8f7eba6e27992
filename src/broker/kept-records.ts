/** Crashes kept of one call, the latest. */
export const KEPT_CRASHES = 20;

/** Call records are kept for this time after they were last written, in ms: longer than any call waits for its turn. */
export const LONGEST_KEPT = 30 * 86_400_000;
