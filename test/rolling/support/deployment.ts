import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { type TaskResult, type TasksModuleOptions, TasksService } from '../../../src/index.js';
import { Command } from '../../cli/support/command.js';
import { bootApp, type TestApp } from '../../conformance/test-app.js';
import { brokerOptions, newNamespace, type Variant } from '../../conformance/variant.js';
import { eraseNamespace } from '../../support/erase-namespace.js';
import { until } from '../../support/until.js';
import { fixtureEnvironment } from './fixture-settings.js';
import { Ledger } from './ledger.js';

/** A producer in this process, and runs of `celeriac worker` in others. */
export class Deployment {
  readonly ledger = Ledger.create();
  private readonly commands: Command[] = [];

  private constructor(
    private readonly options: TasksModuleOptions,
    private readonly producer: TestApp,
  ) {}

  /** For one test. */
  static async create(kind: Variant['broker'], concurrency: number): Promise<Deployment> {
    const options: TasksModuleOptions = {
      broker: brokerOptions({ broker: kind, lying: false }),
      namespace: newNamespace(),
      queues: { default: { concurrency } },
    };
    const deployment = new Deployment(options, await bootApp(options, []));
    onTestFinished(() => deployment.close());
    return deployment;
  }

  /** Runs `celeriac worker` on one of the fixture applications. */
  worker(fixture: string, ...args: string[]): Command {
    const app = fileURLToPath(new URL(`../fixtures/${fixture}.js`, import.meta.url));
    const environment = fixtureEnvironment({ options: this.options, ledger: this.ledger.file });
    const command = Command.run(['worker', '--app', app, '--processes', '1', ...args], environment);
    this.commands.push(command);
    return command;
  }

  call(task: string, ...args: unknown[]): Promise<TaskResult> {
    return this.producer.get(TasksService).call(task, args, { queue: 'default' });
  }

  /** Waits until nothing waits or runs any more. */
  async idle(timeout: number): Promise<void> {
    await until(async () => {
      const { waiting, delayed, active } = await this.producer.broker.counts('default');
      return waiting + delayed + active === 0;
    }, timeout);
  }

  private async close(): Promise<void> {
    const survivors = this.commands.flatMap((command) => command.survivors());
    await Promise.all(this.commands.map((command) => command.kill()));
    await this.producer.close();
    await this.ledger.remove();
    await eraseNamespace(this.options.broker, this.options.namespace ?? '');
    if (survivors.length > 0) throw new Error(`Processes were left behind: ${survivors.join(', ')}`);
  }
}
