import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import type { Broker } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import type { HealthReport, HealthSource } from '../../tasks/health/health-source.js';
import { HealthSources } from '../../tasks/health/health-sources.js';
import { schedulersOf } from '../firing/scheduler-beat.js';
import { readRecord } from '../record/schedule-record.js';
import { judgeSchedules } from './judge-schedules.js';

/** Whether schedules are fired: `schedules` at `/health/tasks`. */
@Injectable()
export class ScheduleHealth implements HealthSource, OnModuleInit {
  readonly key = 'schedules';
  /** Workers fire them, unless a process does nothing else. */
  readonly dependsOn = ['broker', 'workers'];

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    private readonly sources: HealthSources,
  ) {}

  onModuleInit(): void {
    this.sources.add(this);
  }

  async check(): Promise<HealthReport> {
    const [{ schedules, now }, beats] = await Promise.all([
      this.broker.schedules.all(),
      this.broker.presence.beats(),
    ]);
    const records = schedules.flatMap(({ id, record }) => {
      const read = readRecord(record);
      return read ? [{ id, record: read }] : [];
    });
    return judgeSchedules(records, schedulersOf(beats).length, now);
  }
}
