/** Of the distance to a slower answer; to a quicker one it goes all the way. */
const STEP = 0.2;

/**
 * How much later than usual answers of the store come. Only differences count: neither where the clocks of store and
 * process stand, nor how far apart the two are.
 */
export class AnswerDelay {
  private usual = Number.POSITIVE_INFINITY;

  /**
   * @param at when it was decided, by the store's clock
   * @param now when it arrived, by the process's
   * @returns ms
   */
  of(at: number, now: number): number {
    const lag = now - at;
    const late = lag - this.usual;
    this.usual = late > 0 && late < Number.POSITIVE_INFINITY ? this.usual + STEP * late : lag;
    return Math.max(0, late);
  }
}
