import { type DynamicModule, type INestApplication, Module, type Provider, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TasksModule, type TasksModuleOptions, TasksService } from '../../../src/index.js';
import { MetricsModule, type MetricsModuleOptions } from '../../../src/metrics/index.js';
import { eraseNamespace } from '../../support/erase-namespace.js';
import { Scrape } from './scrape.js';

export interface MetricsAppOptions {
  readonly tasks: TasksModuleOptions;
  readonly metrics?: MetricsModuleOptions;
  /** The module itself, made otherwise. */
  readonly module?: DynamicModule;
  readonly providers?: Provider[];
  readonly imports?: DynamicModule[];
}

/** An application over HTTP that is measured. */
export class MetricsApp {
  private constructor(
    private readonly app: INestApplication,
    readonly url: string,
    private readonly tasks: TasksModuleOptions,
  ) {}

  static async start({
    tasks,
    metrics = {},
    module: measuring = MetricsModule.forRoot(metrics),
    providers = [],
    imports = [],
  }: MetricsAppOptions): Promise<MetricsApp> {
    @Module({ imports: [TasksModule.forRoot(tasks), measuring, ...imports], providers })
    class TestModule {}

    const module = await Test.createTestingModule({ imports: [TestModule] }).compile();
    const app = module.createNestApplication({ logger: false });
    await app.listen(0, '127.0.0.1');
    const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
    return new MetricsApp(app, url, tasks);
  }

  get<T>(token: Type<T> | symbol): T {
    return this.app.get<T>(token as Type<T>, { strict: false });
  }

  get service(): TasksService {
    return this.get(TasksService);
  }

  scrape(headers?: Record<string, string>): Promise<Scrape> {
    return Scrape.of(`${this.url}/metrics`, headers);
  }

  async close(erase = true): Promise<void> {
    await this.app.close();
    if (erase) await eraseNamespace(this.tasks.broker, this.tasks.namespace ?? '');
  }
}
