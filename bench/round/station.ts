/** What one process does in a comparison. */
export interface Station {
  /** Works once, as its order says, and gives what it measured. */
  perform(): Promise<unknown>;
  /** Ends in good order. @throws if a call was lost, or ran twice */
  finish(): Promise<void>;
}
