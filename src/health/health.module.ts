import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { UndeclaredQueueError } from '../tasks/errors/configuration.errors.js';
import { HealthSources } from '../tasks/health/health-sources.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../tasks/options/resolve-module-options.js';
import { asyncOptionsProviders } from '../tasks/options/async-options.js';
import { processRole } from '../tasks/process-role.js';
import { TaskRegistry } from '../tasks/registry/task.registry.js';
import { StoreClock } from '../tasks/store-clock.js';
import { TaskWorker } from '../worker/index.js';
import { healthControllerAt } from './health.controller.js';
import { HealthIndicators } from './health-indicators.service.js';
import { HealthRounds } from './health-rounds.js';
import { HealthWatch } from './health-watch.js';
import type { HealthModuleAsyncOptions, HealthModuleOptions } from './options/health-options.js';
import {
  HEALTH_OPTIONS,
  type ResolvedHealthOptions,
  resolveHealthOptions,
} from './options/resolve-health-options.js';
import { brokerSource } from './sources/broker.source.js';
import { CanarySource } from './sources/canary.source.js';
import { OutageMemory } from './sources/outage-memory.js';
import { ownWorkerSource } from './sources/own-worker.source.js';
import { QueueSource } from './sources/queue.source.js';
import { WorkerBeats } from './sources/worker-beats.js';
import { WorkersSource } from './sources/workers.source.js';

/**
 * Tells whether broker, workers and tasks are running, from what they do: `GET /health/live`, `/health/ready`,
 * `/health/startup`, and `/health/tasks` for alerts. What becomes better or worse is told once, as `health changed` of
 * TaskEvents. Other modules add what is theirs to see (`HealthSources`).
 *
 * It needs TasksModule in the same application. It is global.
 *
 * @publicApi
 */
@Module({})
export class HealthModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly tasks: ResolvedOptions,
    @Inject(HEALTH_OPTIONS) private readonly options: ResolvedHealthOptions,
    private readonly sources: HealthSources,
    private readonly registry: TaskRegistry,
    private readonly clock: StoreClock,
    private readonly worker: TaskWorker,
    private readonly rounds: HealthRounds,
    private readonly watch: HealthWatch,
  ) {
    const declared = Object.keys(tasks.queues);
    for (const name of options.named) {
      if (!declared.includes(name)) throw new UndeclaredQueueError('HealthModule queues', name, declared);
    }
    this.addSources(declared.filter((queue) => options.limitsOf(queue) !== undefined));
  }

  static forRoot(options: HealthModuleOptions = {}): DynamicModule {
    const resolved = { provide: HEALTH_OPTIONS, useValue: resolveHealthOptions(options) };
    return assemble([resolved], options);
  }

  /** The same with options from other providers; `path` and `controller` stand beside them. */
  static forRootAsync(options: HealthModuleAsyncOptions): DynamicModule {
    const resolved = asyncOptionsProviders(
      HEALTH_OPTIONS,
      options,
      'createHealthOptions',
      resolveHealthOptions,
    );
    return assemble(resolved, options);
  }

  onApplicationBootstrap(): void {
    this.rounds.checkOrder();
    // A command looks when it is asked to; a child process has a parent that does this.
    if (['tool', 'child'].includes(processRole().kind)) return;
    this.watch.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.watch.stop();
  }

  private addSources(queues: readonly string[]): void {
    const { broker, options, sources } = this;
    const beats = new WorkerBeats(broker);
    const outages = new OutageMemory();
    sources.add(brokerSource(broker, options.maxBrokerLatency, outages));
    sources.add(
      new WorkersSource(beats, outages, () => ({
        queues,
        tasks: this.registry.all().map(({ name, policy }) => ({ name, queue: policy.queue })),
        maxEventLoopLag: options.maxEventLoopLag,
      })),
    );
    if (this.tasks.worker) sources.add(ownWorkerSource(this.worker));
    for (const queue of queues) {
      const [limits, declared] = [options.limitsOf(queue), this.tasks.queues[queue]];
      if (!limits || !declared) continue;
      sources.add(new QueueSource(queue, limits, broker, beats));
      if (options.canary) sources.add(new CanarySource(queue, declared, options.canary, broker, this.clock));
    }
  }
}

function assemble(
  options: Provider[],
  {
    path = 'health',
    controller = true,
    imports = [],
  }: Pick<HealthModuleAsyncOptions, 'path' | 'controller' | 'imports'>,
): DynamicModule {
  return {
    module: HealthModule,
    global: true,
    imports: [TerminusModule.forRoot({ logger: false }), ...imports],
    controllers: controller ? [healthControllerAt(path)] : [],
    providers: [...options, HealthIndicators, HealthRounds, HealthWatch],
    exports: [HealthIndicators],
  };
}
