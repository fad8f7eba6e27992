/** Calls on their way to the broker, all of one task. */
export interface PublishedCalls {
  readonly task: string;
  readonly queue: string;
  /** How many: more than one for `delayMany`. */
  readonly count: number;
  /** Milliseconds until they may begin, the longest if they differ; 0: at once. */
  readonly delay: number;
}

/** What became of them. */
export interface Publication {
  /** In order. */
  readonly ids: readonly string[];
  /** Bytes of JSON, all together. */
  readonly size: number;
}

/** A call whose code is about to run. */
export interface RunningCall {
  readonly id: string;
  readonly task: string;
  readonly queue: string;
  /** Retries before this attempt. */
  readonly retries: number;
  /** What the publisher sent along, its instruments' headers included. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of its payload as JSON. */
  readonly size: number;
  /** Milliseconds from when it was due until now; undefined for a later delivery, whose due time nobody keeps. */
  readonly waited: number | undefined;
}

/**
 * Stands around the sending of calls and the running of their code: what traces and scopes need, and events cannot give.
 * Register it with {@link TaskInstruments}.
 *
 * `publish` and `run` must call what they are handed once, before they return. One that does not, or throws, is logged; the call
 * is sent and run all the same.
 *
 * @publicApi
 */
export interface TaskInstrumentation {
  /** Around sending. `send` takes headers to send along; a promise of its own may outlast it. */
  publish?(
    calls: PublishedCalls,
    send: (headers: Readonly<Record<string, string>>) => Promise<Publication>,
  ): unknown;
  /** Around an attempt's code, in the process that runs it. `code` gives what the code gives: as a rule a promise. */
  run?(call: RunningCall, code: () => unknown): unknown;
  /** This process is about to end, because of an error that nobody caught: what was gathered leaves now, or never. */
  flush?(): Promise<unknown>;
}
