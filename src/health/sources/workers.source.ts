import type { HealthReport, HealthSource } from '../../tasks/health/health-source.js';
import { judgeWorkers, MISSED, type WorkersFacts } from './judge-workers.js';
import type { OutageMemory } from './outage-memory.js';
import type { WorkerBeats } from './worker-beats.js';

/** Until a worker has said how often it does. */
const USUAL = 5_000;

/** Whether every queue has a worker, and how those are. */
export class WorkersSource implements HealthSource {
  readonly key = 'workers';
  readonly dependsOn = ['broker'];
  private slowest = 0;

  constructor(
    private readonly beats: WorkerBeats,
    private readonly outages: OutageMemory,
    private readonly expected: () => Omit<WorkersFacts, 'workers'>,
  ) {}

  async check(): Promise<HealthReport> {
    const workers = await this.beats.look();
    this.slowest = Math.max(this.slowest, ...workers.map(({ state }) => state.every));
    const report = judgeWorkers({ workers, ...this.expected() });
    const grace = MISSED * (this.slowest || USUAL);
    if (report.status !== 'down' || this.outages.backFor > grace) return report;
    const message =
      'unknown (the broker has just come back, and workers have yet to say that they are there)';
    return { ...report, status: 'unknown', message };
  }
}
