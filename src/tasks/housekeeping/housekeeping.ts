import { Inject, Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { SchedulerRegistry } from '@nestjs/schedule';
import { StoreClock } from '../store-clock.js';
import { Chore, type ChoreOptions, type ChoreReport, type ChoreWork } from './chore.js';
import { SCHEDULER_REGISTRY } from './scheduler-registry.js';

/**
 * What the package itself does every so often in this process. `celeriac schedules` shows it beside the schedules; and in
 * an application that imports ScheduleModule of `@nestjs/schedule`, its intervals are in the SchedulerRegistry, by their
 * ids.
 */
@Injectable()
export class Housekeeping {
  private readonly chores = new Set<Chore>();

  constructor(
    private readonly clock: StoreClock,
    private readonly modules: ModuleRef,
    @Inject(SCHEDULER_REGISTRY) private readonly registryClass: Type<SchedulerRegistry> | undefined,
  ) {}

  /** Begins it; its `stop()` ends it. */
  start(options: ChoreOptions, work: ChoreWork): Chore {
    const { id } = options;
    const registry = this.registry();
    const chore = new Chore(options, work, this.clock, () => {
      this.chores.delete(chore);
      if (registry?.doesExist('interval', id)) registry.deleteInterval(id);
    });
    this.chores.add(chore);
    registry?.addInterval(id, chore.timer);
    return chore;
  }

  /** Those that have run. */
  all(): readonly ChoreReport[] {
    return [...this.chores].flatMap(({ report }) => report ?? []);
  }

  private registry(): SchedulerRegistry | undefined {
    if (!this.registryClass) return undefined;
    try {
      return this.modules.get(this.registryClass, { strict: false });
    } catch {
      // It is installed, and the application does not import its module.
      return undefined;
    }
  }
}
