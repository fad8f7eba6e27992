import type { Broker } from '../../tasks/broker-port.js';
import type { HealthReport, HealthSource } from '../../tasks/health/health-source.js';
import type { QueueLimits } from '../options/resolve-health-options.js';
import { judgeQueue } from './judge-queue.js';
import { takes } from './judge-workers.js';
import type { WorkerBeats } from './worker-beats.js';

/** Whether the calls of a queue get their turn. */
export class QueueSource implements HealthSource {
  readonly key: string;
  readonly dependsOn = ['broker'];
  private next: string | undefined;
  private nextSince = 0;

  constructor(
    private readonly queue: string,
    private readonly limits: QueueLimits,
    private readonly broker: Broker,
    private readonly beats: WorkerBeats,
  ) {
    this.key = queueKey(queue);
  }

  async check(): Promise<HealthReport> {
    const [state, seen] = await Promise.all([this.broker.queueState(this.queue), this.beats.look()]);
    const consumers = seen.filter((worker) => takes(worker, this.queue));
    // What a worker has said; since then it may have died, and that is the workers' trouble.
    const idle = consumers.map(({ state: { queues, upFor, awakeFor } }) =>
      Math.min(queues[this.queue] ?? upFor, awakeFor),
    );
    return judgeQueue(
      {
        state,
        consumers: consumers.length,
        idleFor: Math.min(...idle),
        nextFor: this.watchNext(state.next),
      },
      this.limits,
    );
  }

  /** Of a call that has been delivered before nobody keeps since when it has been due: it is seen to wait. */
  private watchNext(next: string | undefined): number {
    const now = performance.now();
    if (next !== this.next) {
      this.next = next;
      this.nextSince = now;
    }
    return next === undefined ? 0 : now - this.nextSince;
  }
}

export const queueKey = (queue: string): string => `queue ${queue}`;
