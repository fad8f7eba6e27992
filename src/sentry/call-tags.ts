import { processName } from '../tasks/process-name.js';

const WORKER = processName();

interface TaggedCall {
  readonly task: string;
  readonly queue: string;
  readonly retries?: number;
}

/** What every event of a call can be searched by. */
export const callTags = (
  { task, queue, retries }: TaggedCall,
  broker: string,
): Record<string, string | number> =>
  // Made for every delivery: nothing is spread.
  retries === undefined
    ? { task, queue, worker: WORKER, broker }
    : { task, queue, attempt: retries + 1, worker: WORKER, broker };
