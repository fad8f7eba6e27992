import type { WorkerReport } from '../worker-report.js';

/** What a worker process tells its supervisor. */
export type FromWorker =
  | { readonly ready: WorkerReport }
  /** It could not boot. */
  | { readonly failed: string }
  /** It runs code that was given up, and should be replaced. */
  | { readonly tainted: string }
  /** Its stop takes so many milliseconds longer than its `shutdownTimeout`. */
  | { readonly delayed: number }
  /** Its event loop turns; and whether it takes work. */
  | { readonly consuming: boolean }
  /** What it has counted so far, in the form of its metrics library. */
  | { readonly counted: readonly unknown[] }
  /** The answer to a question for its metrics. */
  | { readonly metrics: readonly unknown[]; readonly answers: number }
  /** The answer to a question for what its HealthModule sees; empty: it has none. */
  | { readonly health: readonly unknown[]; readonly answers: number };

/**
 * What the supervisor asks of it: to finish what runs, to abort it and hand it back, or to say what it measures, or
 * what it sees, under a number that its answer bears.
 */
export type ToWorker = 'stop' | 'stop now' | { readonly metrics: number } | { readonly health: number };

/** The application may send messages to its parent too: what is none of ours is undefined. */
export function readMessage(message: unknown): FromWorker | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { ready, failed, tainted, delayed, consuming, counted, metrics, health, answers } = message as Record<
    string,
    unknown
  >;
  if (typeof failed === 'string') return { failed };
  if (typeof tainted === 'string') return { tainted };
  if (typeof delayed === 'number') return { delayed };
  if (typeof consuming === 'boolean') return { consuming };
  if (Array.isArray(counted)) return { counted };
  if (typeof answers === 'number') {
    if (Array.isArray(metrics)) return { metrics, answers };
    if (Array.isArray(health)) return { health, answers };
  }
  return isReport(ready) ? { ready } : undefined;
}

function isReport(value: unknown): value is WorkerReport {
  const { broker, queues } = (value ?? {}) as Partial<WorkerReport>;
  return typeof broker === 'object' && Array.isArray(queues);
}
