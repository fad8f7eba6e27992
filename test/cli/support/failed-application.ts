import { fileURLToPath } from 'node:url';
import { TasksService, type TaskResult, type TasksModuleOptions } from '../../../src/index.js';
import { bootApp, type TestApp } from '../../conformance/test-app.js';
import { brokerOptions, newNamespace, type Variant } from '../../conformance/variant.js';
import { eraseNamespace } from '../../support/erase-namespace.js';
import { markLost } from '../../support/mark-lost.js';
import { until } from '../../support/until.js';
import { appEnvironment } from './app-settings.js';
import { FailingTasks, Weather } from './failing-tasks.js';
import { run, type Run } from './run.js';

export const FAILED_APP = fileURLToPath(new URL('../fixtures/failed-app.js', import.meta.url));

/** Runs `celeriac failed`. */
export function runFailed(args: readonly string[], options?: TasksModuleOptions): Promise<Run> {
  return run(['failed', ...args], options && appEnvironment({ options, journal: '', broken: '' }));
}

export const CRASH = {
  at: Date.UTC(2026, 0, 31, 3),
  where: 'node-7, process 42',
  how: 'its child process was ended by SIGKILL',
  exitCode: null,
  signal: 'SIGKILL',
  memory: 512 * 1024 ** 2,
  lastLines: ['loading \u001b[31mhuge.png', 'allocating'],
  charged: true,
};

/** An application on a broker some of whose calls have failed: a producer here, `celeriac failed` in other processes. */
export class FailedApplication {
  private constructor(
    private readonly options: TasksModuleOptions,
    private readonly producer: TestApp,
  ) {}

  static async start(kind: Variant['broker']): Promise<FailedApplication> {
    const options: TasksModuleOptions = {
      broker: brokerOptions({ broker: kind, lying: false }),
      namespace: newNamespace(),
      queues: { default: {}, other: {} },
    };
    return new FailedApplication(options, await bootApp(options, []));
  }

  /** Runs `celeriac failed` on it. */
  failed(...args: string[]): Promise<Run> {
    return runFailed([...args, '--app', FAILED_APP], this.options);
  }

  /** The same, for a machine. */
  async json<T>(...args: string[]): Promise<T> {
    const { code, stdout, output } = await this.failed(...args, '--json');
    if (code !== 0) throw new Error(`It exited with ${String(code)}: ${output}`);
    return JSON.parse(stdout) as T;
  }

  call(task: string, queue: string, ...args: unknown[]): Promise<TaskResult> {
    return this.producer.get(TasksService).call(task, args, { queue, headers: { tenant: 'acme' } });
  }

  /** Has the next delivery of a call quarantine it. */
  async crashed({ id, queue }: { id: string; queue: string }): Promise<void> {
    const { broker, namespace = '' } = this.options;
    await markLost(broker, namespace, queue, id, 20);
    await this.producer.broker.records.addCrash(queue, id, CRASH);
  }

  /** Runs a worker until these calls have ended. */
  async work(fair: boolean, results: readonly TaskResult[]): Promise<void> {
    const weather = new Weather();
    weather.fair = fair;
    const worker = await bootApp({ ...this.options, worker: true }, [
      FailingTasks,
      { provide: Weather, useValue: weather },
    ]);
    for (const result of results) await until(async () => (await result.state())?.finishedAt);
    await worker.close();
  }

  async close(): Promise<void> {
    await this.producer.close();
    await eraseNamespace(this.options.broker, this.options.namespace ?? '');
  }
}
