import { Inject, Injectable } from '@nestjs/common';
import type { Broker } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import { formatSeconds } from '../../tasks/duration.js';
import { type HealthEvent, type HealthStatus, TaskEvents } from '../../tasks/index.js';
import { processName } from '../../tasks/process-name.js';
import { fingerprint } from './failure-kind.js';
import { decideHealthReport } from './health-decision.js';
import { Reporter } from './reporter.js';

/** Reports what becomes worse, and what is well again. */
@Injectable()
export class HealthReports {
  private readonly told = new Map<string, HealthStatus>();

  constructor(
    private readonly events: TaskEvents,
    private readonly reporter: Reporter,
    @Inject(BROKER) private readonly broker: Pick<Broker, 'description'>,
  ) {}

  listen(): void {
    this.events.on('health changed', (event) => this.onChange(event));
  }

  private onChange(event: HealthEvent): void {
    const { key, from, to, message, lasted } = event;
    const level = decideHealthReport(event, this.told.get(key));
    if (!level) return;
    this.told.set(key, to);
    const seconds = formatSeconds(lasted);
    this.reporter.tell(to === 'up' ? `${key} is up again, after ${seconds}` : `${key} is ${to}: ${message}`, {
      level,
      fingerprint: fingerprint('health', key),
      tags: { health: key, from, to, worker: processName(), broker: this.broker.description },
    });
  }
}
