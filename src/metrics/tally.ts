import type { Counter, Gauge } from 'prom-client';
import type { TaskLabels } from './task-labels.js';

/**
 * Counts in plain numbers, and tells its metric when that is read: prom-client takes a microsecond for each increment, and a
 * call has half a dozen.
 */
export class Tally {
  private readonly untold = new Map<TaskLabels, number>();
  private readonly told = new Set<TaskLabels>();

  /** @param labels always the same object for the same labels */
  add(labels: TaskLabels, amount = 1): void {
    this.untold.set(labels, (this.untold.get(labels) ?? 0) + amount);
  }

  tell(metric: Pick<Counter<'task' | 'queue'> | Gauge<'task' | 'queue'>, 'inc'>): void {
    for (const [labels, amount] of this.untold) {
      if (amount !== 0 || !this.told.has(labels)) metric.inc({ ...labels }, amount);
      this.told.add(labels);
      this.untold.set(labels, 0);
    }
  }
}
