import type { INestApplicationContext } from '@nestjs/common';
import type { MetricsReport, MetricsService } from '../../metrics/index.js';
import type { WorkerOptions } from '../../tasks/options/module-options.js';
import type { FromWorker } from '../../worker/supervisor/index.js';
import { NoMetricsModuleError } from '../errors.js';

type Tell = (message: FromWorker, then?: () => void) => void;

/** In a worker process: tells the supervisor what this process measures. */
export class ProcessMetrics {
  private constructor(
    private readonly metrics: MetricsService,
    private readonly report: MetricsReport,
    private readonly tell: Tell,
  ) {}

  /** @throws {@link NoMetricsModuleError} */
  static async of(
    app: INestApplicationContext,
    module: WorkerOptions['app'],
    tell: Tell,
  ): Promise<ProcessMetrics> {
    const { MetricsReport: Report, MetricsService: Service } = await import('../../metrics/index.js');
    const metrics = found(app, Service, module);
    const report = new Report(metrics, (counted) => tell({ counted }));
    void report.run();
    return new ProcessMetrics(metrics, report, tell);
  }

  /** One that cannot be read is not answered: the supervisor knows what was counted before. */
  async answer(answers: number): Promise<void> {
    const metrics = await this.metrics.json().catch(() => undefined);
    if (metrics) this.tell({ metrics, answers });
  }

  /** Says for the last time what has been counted; done when that is on its way. */
  async stop(): Promise<void> {
    const counted = await this.report.last().catch(() => undefined);
    if (counted) await new Promise<void>((resolve) => this.tell({ counted }, resolve));
  }
}

function found(
  app: INestApplicationContext,
  service: typeof MetricsService,
  module: WorkerOptions['app'],
): MetricsService {
  try {
    return app.get(service, { strict: false });
  } catch (cause) {
    throw new NoMetricsModuleError(String(module), cause);
  }
}
