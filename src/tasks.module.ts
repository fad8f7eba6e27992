import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Inject,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type Provider,
  type Type,
} from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { createBroker } from './broker/index.js';
import { KnownLimits, LIMITS_PROVIDERS, TaskBreakers, TaskLimits, TaskLocks } from './limits/index.js';
import { SCHEDULE_PROVIDERS, ScheduleExplorer, Scheduler, Schedules } from './schedule/index.js';
import { TaskEventLog } from './logging/index.js';
import type { Broker } from './tasks/broker-port.js';
import { BROKER } from './tasks/broker-token.js';
import { TaskClients } from './tasks/client/task-client.js';
import { TaskSender } from './tasks/client/task-sender.js';
import { registeredTaskClasses } from './tasks/decorators/tasks-token.js';
import {
  type BrokerOptions,
  Counts,
  FailedCalls,
  GaugeSources,
  getTasksToken,
  HealthSources,
  TaskContext,
  TaskEvents,
  TaskInstruments,
  type TasksModuleOptions,
  TasksService,
} from './tasks/index.js';
import {
  type ResolvedOptions,
  RESOLVED_OPTIONS,
  resolveModuleOptions,
} from './tasks/options/resolve-module-options.js';
import { Housekeeping } from './tasks/housekeeping/housekeeping.js';
import { loadSchedulerRegistry, SCHEDULER_REGISTRY } from './tasks/housekeeping/scheduler-registry.js';
import { TaskListenerExplorer } from './tasks/events/task-listener.explorer.js';
import { processRole } from './tasks/process-role.js';
import { QueueOwnership } from './tasks/registry/queue-ownership.js';
import { TaskExplorer } from './tasks/registry/task.explorer.js';
import { TaskRegistry } from './tasks/registry/task.registry.js';
import { CallRevoker } from './tasks/result/call-revoker.js';
import { ResultReader } from './tasks/result/result-reader.js';
import { TaskResults } from './tasks/result/task-results.js';
import { StoreClock } from './tasks/store-clock.js';
import { asyncOptionsProviders } from './tasks/options/async-options.js';
import { RAW_OPTIONS, type TasksModuleAsyncOptions } from './tasks/options/module-async-options.js';
import { TaskWorker, WORKER_PROVIDERS } from './worker/index.js';
import { TransactionalCalls } from './tasks/transaction/transactional-calls.js';

/** The token under which @nestjs/bullmq's `@InjectQueue(name)` looks for a queue. */
const queueToken = (name: string): string => `BullQueue_${name}`;

/**
 * Tasks for a NestJS application.
 *
 * @publicApi
 */
@Module({})
export class TasksModule implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger(TasksModule.name);

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly explorer: TaskExplorer,
    private readonly ownership: QueueOwnership,
    private readonly listeners: TaskListenerExplorer,
    private readonly worker: TaskWorker,
    private readonly sender: TaskSender,
    private readonly schedules: ScheduleExplorer,
    private readonly scheduler: Scheduler,
  ) {}

  /** Global: import it once, in the root module. @throws at boot, when an option is wrong */
  static forRoot(options: TasksModuleOptions): DynamicModule {
    const raw: Provider = { provide: RAW_OPTIONS, useValue: options };
    return this.assemble([raw], [], Object.keys(options.queues ?? { default: {} }));
  }

  /** The same, with options from other providers. */
  static forRootAsync(options: TasksModuleAsyncOptions): DynamicModule {
    const raw = asyncOptionsProviders(RAW_OPTIONS, options, 'createTasksOptions', (made) => made);
    return this.assemble(raw, options.imports ?? [], options.injectQueues ?? []);
  }

  /** Clients of classes whose files load after the application was assembled (lazily loaded modules). */
  static forFeature(classes: Type[]): DynamicModule {
    const providers = classes.map(clientProvider);
    return { module: TasksFeatureModule, providers, exports: providers.map(tokenOf) };
  }

  async onApplicationBootstrap(): Promise<void> {
    try {
      const discovered = this.explorer.explore();
      this.ownership.check(Object.keys(this.options.queues));
      this.listeners.explore();
      this.announceConnections();
      const declared = this.schedules.explore(discovered);
      await this.worker.start(discovered);
      if (this.options.scheduler) await this.scheduler.start(declared);
    } catch (error) {
      // Nest does not shut down an application that failed to start; open connections would keep its process alive.
      await this.broker.close();
      throw error;
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.sender.refuseOutsideCalls();
    await Promise.all([this.scheduler.stop(), this.worker.stop()]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.broker.close();
  }

  private announceConnections(): void {
    // It is one of many like it.
    if (processRole().kind === 'child') return;
    const { total, parts } = this.broker.connectionBudget(
      this.options.worker?.queues.length ?? 0,
      this.options.scheduler,
    );
    const listed = Object.entries(parts).map(([name, count]) => `${count} ${name}`);
    this.logger.log(`${this.broker.description}: at most ${total} connections (${listed.join(', ')})`);
  }

  private static assemble(
    optionsProviders: Provider[],
    imports: NonNullable<DynamicModule['imports']>,
    queues: readonly string[],
  ): DynamicModule {
    const queueProviders: Provider[] = queues.map((name) => ({
      provide: queueToken(name),
      inject: [BROKER],
      useFactory: (broker: Broker) => broker.queueHandle(name),
    }));
    const fixed: Provider[] = [
      ...optionsProviders,
      { provide: RESOLVED_OPTIONS, inject: [RAW_OPTIONS], useFactory: resolveForRole },
      { provide: BROKER, inject: [RESOLVED_OPTIONS], useFactory: openBroker },
      StoreClock,
      TaskContext,
      TaskEvents,
      TaskInstruments,
      TaskListenerExplorer,
      HealthSources,
      GaugeSources,
      Counts,
      { provide: SCHEDULER_REGISTRY, useFactory: loadSchedulerRegistry },
      Housekeeping,
      TaskEventLog,
      TransactionalCalls,
      TaskRegistry,
      TaskExplorer,
      QueueOwnership,
      CallRevoker,
      ResultReader,
      TaskResults,
      FailedCalls,
      TaskSender,
      TaskClients,
      TasksService,
      ...LIMITS_PROVIDERS,
      ...WORKER_PROVIDERS,
      ...SCHEDULE_PROVIDERS,
      ...queueProviders,
    ];
    const offered = [
      FailedCalls,
      KnownLimits,
      TaskClients,
      TaskContext,
      TaskBreakers,
      TaskEvents,
      TaskInstruments,
      HealthSources,
      Housekeeping,
      GaugeSources,
      Counts,
      TaskLimits,
      TaskLocks,
      TaskRegistry,
      Schedules,
      TasksService,
      TaskWorker,
      TransactionalCalls,
      TaskRegistry,
      BROKER,
      RESOLVED_OPTIONS,
      StoreClock,
      ...queueProviders.map(tokenOf),
    ];
    return {
      module: TasksModule,
      global: true,
      imports: [DiscoveryModule, ...imports],
      // Read when Nest scans the module: by then every file that the application imports has registered its tasks.
      get providers() {
        return [...fixed, ...clientProviders()];
      },
      get exports() {
        return [...offered, ...clientProviders().map(tokenOf)];
      },
    };
  }
}

@Module({})
class TasksFeatureModule {}

/** A worker started by the command line is one whatever its module says; a child runs what its parent sends. */
function resolveForRole(options: TasksModuleOptions): ResolvedOptions {
  const role = processRole();
  const resolved = resolveModuleOptions(options);
  if (role.kind === 'child')
    return { ...resolved, scheduler: false, broker: withFewConnections(resolved.broker) };
  if (role.kind === 'tool') return { ...resolved, worker: undefined, scheduler: false };
  if (role.kind === 'application') return resolved;
  const own = typeof options.worker === 'object' ? options.worker : {};
  return resolveModuleOptions({ ...options, worker: { ...own, ...role.options } });
}

/** A child runs one call at a time. */
function withFewConnections(broker: BrokerOptions): BrokerOptions {
  return broker.type === 'redis' ? broker : { ...broker, poolSize: 2 };
}

async function openBroker(options: ResolvedOptions): Promise<Broker> {
  const broker = createBroker(options);
  await broker.open();
  return broker;
}

const clientProviders = (): Provider[] => [...registeredTaskClasses().keys()].map(clientProvider);

function clientProvider(classRef: Type): Provider {
  const useFactory = (clients: TaskClients) => clients.create(classRef);
  return { provide: getTasksToken(classRef), inject: [TaskClients], useFactory };
}

const tokenOf = (provider: Provider) => (provider as { provide: symbol | string }).provide;
