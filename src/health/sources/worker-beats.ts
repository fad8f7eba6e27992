import type { Broker } from '../../tasks/broker-port.js';
import { readWorkerState } from '../../tasks/worker-state.js';
import type { SeenWorker } from './judge-workers.js';

/** One look serves all who ask within this time. */
const FRESH = 500;

/** The workers of the cluster, as their beats show them. */
export class WorkerBeats {
  private looked = Number.NEGATIVE_INFINITY;
  private seen: Promise<readonly SeenWorker[]> = Promise.resolve([]);

  constructor(private readonly broker: Broker) {}

  look(): Promise<readonly SeenWorker[]> {
    const now = performance.now();
    if (now - this.looked < FRESH) return this.seen;
    this.looked = now;
    this.seen = this.read();
    // What failed is asked again.
    this.seen.catch(() => (this.looked = Number.NEGATIVE_INFINITY));
    return this.seen;
  }

  private async read(): Promise<readonly SeenWorker[]> {
    const beats = await this.broker.presence.beats();
    return beats.flatMap(({ id, state, age }) => {
      const worker = readWorkerState(id, state);
      return worker ? [{ state: worker, age }] : [];
    });
  }
}
