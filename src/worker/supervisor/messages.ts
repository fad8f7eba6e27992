import type { WorkerReport } from '../worker-report.js';

/** What a worker process tells its supervisor. */
export type FromWorker =
  | { readonly ready: WorkerReport }
  /** It could not boot. */
  | { readonly failed: string }
  /** It runs code that was given up, and should be replaced. */
  | { readonly tainted: string }
  /** Its stop takes so many milliseconds longer than its `shutdownTimeout`. */
  | { readonly delayed: number };

/** What the supervisor asks of it: to finish what runs, or to abort it and hand it back. */
export type ToWorker = 'stop' | 'stop now';

/** The application may send messages to its parent too: what is none of ours is undefined. */
export function readMessage(message: unknown): FromWorker | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { ready, failed, tainted, delayed } = message as Record<string, unknown>;
  if (typeof failed === 'string') return { failed };
  if (typeof tainted === 'string') return { tainted };
  if (typeof delayed === 'number') return { delayed };
  return isReport(ready) ? { ready } : undefined;
}

function isReport(value: unknown): value is WorkerReport {
  const { broker, queues } = (value ?? {}) as Partial<WorkerReport>;
  return typeof broker === 'object' && Array.isArray(queues);
}
