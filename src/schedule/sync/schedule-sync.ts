import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Broker } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import { schedulersOf } from '../firing/scheduler-beat.js';
import type { ScheduleDefinition } from '../record/schedule-definition.js';
import { readRecord } from '../record/schedule-record.js';
import { ScheduleTakenError } from '../schedule.errors.js';
import { type Declarer, planSync, type SyncStep } from './plan-sync.js';

/** Brings the stored schedules to what the code of the living processes declares. */
@Injectable()
export class ScheduleSync {
  private readonly logger = new Logger('Scheduler');
  private readonly complained = new Set<string>();

  constructor(@Inject(BROKER) private readonly broker: Broker) {}

  /** What somebody else changes meanwhile is looked at again the next time. */
  async sync(self: Declarer, definitions: ReadonlyMap<string, ScheduleDefinition>): Promise<void> {
    const { schedules, presence } = this.broker;
    const [{ schedules: all, now }, beats] = await Promise.all([schedules.all(), presence.beats()]);
    const stored = new Map(
      all.flatMap(({ id, revision, record }) => {
        const read = readRecord(record);
        return read ? [[id, { revision, record: read }] as const] : [];
      }),
    );
    const others = schedulersOf(beats).filter(({ id }) => id !== self.id);
    for (const step of planSync({ self, definitions, others, stored, now })) await this.take(step);
  }

  private async take(step: SyncStep): Promise<void> {
    const { schedules } = this.broker;
    switch (step.kind) {
      case 'conflict':
        if (!this.complained.has(step.id)) this.logger.error(new ScheduleTakenError(step.id).message);
        this.complained.add(step.id);
        return;
      case 'remove':
        if (await schedules.remove(step.id, step.revision))
          this.logger.log(`The schedule "${step.id}" is gone from the code, and removed`);
        return;
      case 'change':
        if (await schedules.change(step.change)) this.logger.log(SAID[step.what](step.change.id));
    }
  }
}

const SAID = {
  added: (id: string) => `The schedule "${id}" is new`,
  changed: (id: string) => `The schedule "${id}" has changed in the code`,
  suspended: (id: string) => `The schedule "${id}" is declared by no process any more; it does not run`,
} as const;
