import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type TaskResult, type TasksModuleOptions, TasksService } from '../../../src/index.js';
import { appEnvironment } from '../../cli/support/app-settings.js';
import { Command } from '../../cli/support/command.js';
import { bootApp, type TestApp } from '../../conformance/test-app.js';
import { brokerOptions, newNamespace } from '../../conformance/variant.js';
import { eraseNamespace } from '../../support/erase-namespace.js';
import { freePort } from '../../support/free-port.js';
import { Scrape } from './scrape.js';

const APP = fileURLToPath(new URL('../fixtures/measured-app.js', import.meta.url));

/** `celeriac worker --metrics-port`, and somebody who calls its tasks. For one test. */
export class MeasuredWorkers {
  private constructor(
    readonly command: Command,
    private readonly producer: TestApp,
    readonly url: string,
  ) {}

  static async start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<MeasuredWorkers> {
    const broker = brokerOptions({ broker: 'redis', lying: false });
    const options: TasksModuleOptions = {
      broker,
      namespace: newNamespace(),
      queues: { default: { concurrency: 10 } },
    };
    const producer = await bootApp(options, []);
    const port = await freePort();
    const command = Command.run(['worker', '--app', APP, '--metrics-port', String(port), ...args], {
      ...appEnvironment({ options, journal: '', broken: '' }),
      ...env,
    });
    onTestFinished(async () => {
      await command.kill();
      await producer.close();
      await eraseNamespace(broker, options.namespace ?? '');
    });
    return new MeasuredWorkers(command, producer, `http://127.0.0.1:${port}/metrics`);
  }

  call(task: string): Promise<TaskResult<unknown>> {
    return this.producer.get(TasksService).call(task, [], { queue: 'default' });
  }

  /** Calls a task so often, and waits until all of them have ended. */
  async run(task: string, times: number): Promise<void> {
    const results = await Promise.all(Array.from({ length: times }, () => this.call(task)));
    await Promise.all(results.map((result) => result.get({ timeout: '30s' }).catch(() => undefined)));
  }

  scrape(headers?: Record<string, string>): Promise<Scrape> {
    return Scrape.of(this.url, headers);
  }

  /** A counter, over all tasks or one. */
  async total(name: string, task?: string): Promise<number> {
    return (await this.scrape()).sum(`celeriac_task_${name}_total`, task === undefined ? {} : { task }) ?? 0;
  }
}
