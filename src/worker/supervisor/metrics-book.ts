/**
 * Where the supervisor writes what its worker processes count. It does not understand it: that is for whoever serves the
 * metrics.
 */
export interface MetricsBook {
  /** All that a process has counted so far. */
  note(process: object, counted: readonly unknown[]): void;
  /** It counts no more; a last note may follow. */
  ended(process: object): void;
}
