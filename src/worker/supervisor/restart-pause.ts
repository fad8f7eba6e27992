const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** A worker process that worked this long has not failed to start; its death begins a new row. */
const SETTLED_AFTER = 60_000;

/**
 * Deaths in a row, after one more.
 *
 * @param worked milliseconds from when it was ready
 */
export const deathsInARow = (before: number, worked: number): number =>
  worked >= SETTLED_AFTER ? 1 : before + 1;

/** Milliseconds before a worker process is started again: none after the first death, then doubling. */
export const restartPause = (deaths: number): number =>
  deaths <= 1 ? 0 : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (deaths - 2));
