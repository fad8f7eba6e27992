import type { Broker, NewJob } from '../../tasks/broker-port.js';
import { callId } from '../../tasks/call-id.js';
import { CANARY } from '../../tasks/canary.js';
import { ENVELOPE_VERSION } from '../../tasks/envelope/envelope.js';
import type { HealthReport, HealthSource } from '../../tasks/health/health-source.js';
import type { ResolvedQueue } from '../../tasks/options/resolve-module-options.js';
import type { StoreClock } from '../../tasks/store-clock.js';
import type { CanaryLimits } from '../options/resolve-health-options.js';
import { type CanaryFate, judgeCanary } from './judge-canary.js';
import { queueKey } from './queue.source.js';

/** One that nobody has taken by then never runs. */
const EXPIRES_AFTER = 600_000;

/**
 * Sends a call that does nothing through a queue, and looks how long it takes to begin. Processes that do so at the same
 * time share one: the store keeps a second away.
 */
export class CanarySource implements HealthSource {
  readonly key: string;
  readonly dependsOn: readonly string[];
  private id: string | undefined;
  private sentAt = Number.NEGATIVE_INFINITY;
  private last: number | undefined;

  constructor(
    private readonly queue: string,
    private readonly options: ResolvedQueue,
    private readonly limits: CanaryLimits,
    private readonly broker: Broker,
    private readonly clock: StoreClock,
  ) {
    this.key = `canary ${queue}`;
    this.dependsOn = ['broker', 'workers', queueKey(queue)];
  }

  async check(): Promise<HealthReport> {
    const fate = await this.fate();
    if (fate.kind === 'back') this.last = fate.roundTrip;
    const ended = fate.kind !== 'waiting';
    if (ended && performance.now() - this.sentAt >= this.limits.every) await this.send();
    return judgeCanary(fate, this.last, this.limits);
  }

  private async fate(): Promise<CanaryFate> {
    if (this.id === undefined) await this.send();
    const call = await this.broker.read(this.queue, this.id ?? '');
    if (!call) {
      // Somebody has emptied the queue, or it was kept for no longer.
      await this.send();
      return { kind: 'waiting', waited: 0 };
    }
    switch (call.state) {
      case 'completed':
        return {
          kind: 'back',
          roundTrip: Math.max(0, (call.startedAt ?? call.enqueuedAt) - call.enqueuedAt),
        };
      case 'failed':
        return { kind: 'failed' };
      default:
        return { kind: 'waiting', waited: Math.max(0, this.clock.now() - call.enqueuedAt) };
    }
  }

  private async send(): Promise<void> {
    const { priorities, fair } = this.options;
    const job: NewJob = {
      id: callId(this.queue, undefined),
      name: CANARY,
      envelope: {
        v: ENVELOPE_VERSION,
        args: [],
        headers: {},
        options: { expires: this.clock.now() + EXPIRES_AFTER },
      },
      delay: 0,
      priority: priorities ? 1 : 0,
      dedup: { key: CANARY, kind: 'throttle', for: this.limits.every },
      ...(fair && { tenant: '' }),
    };
    this.id = await this.broker.enqueue(this.queue, job);
    this.sentAt = performance.now();
  }
}
