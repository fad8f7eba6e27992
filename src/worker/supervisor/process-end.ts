/** How a worker process came to its end. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It was never there: the system refused to start it. */
  readonly refusal?: Error;
}

export const endedInOrder = ({ code }: ProcessEnd): boolean => code === 0;

/** `SIGKILL`, `exit code 1`. */
export const describeEnd = ({ code, signal, refusal }: ProcessEnd): string =>
  refusal?.message ?? signal ?? `exit code ${code ?? 'unknown'}`;
