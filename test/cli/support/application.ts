import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import {
  type BrokerOptions,
  type TaskResult,
  type TasksModuleOptions,
  TasksService,
} from '../../../src/index.js';
import { bootApp, type TestApp } from '../../conformance/test-app.js';
import { brokerOptions, newNamespace, type Variant } from '../../conformance/variant.js';
import { eraseNamespace } from '../../support/erase-namespace.js';
import { until } from '../../support/until.js';
import { appEnvironment } from './app-settings.js';
import { Command } from './command.js';
import { Journal } from './journal.js';

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}.js`, import.meta.url));

export const APP = fixture('app');
export const NO_TASKS = fixture('no-tasks');

/** So long that nothing in these suites can be the work of a lock that ran out. */
const LOCK_TIME = '30s';

/** An application on a broker: a producer in this process, and what `celeriac worker` makes of it in others. */
export class Application {
  private readonly commands: Command[] = [];

  private constructor(
    private readonly options: TasksModuleOptions,
    private readonly workerBroker: BrokerOptions,
    private readonly producer: TestApp,
    readonly journal: Journal,
  ) {}

  /**
   * For one test.
   *
   * @param detour another way to the broker, for workers
   */
  static async start(kind: Variant['broker'], detour?: BrokerOptions): Promise<Application> {
    const broker = brokerOptions({ broker: kind, lying: false });
    const options: TasksModuleOptions = {
      broker,
      namespace: newNamespace(),
      queues: { default: { concurrency: 10 }, other: { concurrency: 3 } },
    };
    const app = new Application(
      options,
      detour ?? broker,
      await bootApp(options, []),
      await Journal.create(),
    );
    onTestFinished(() => app.close());
    return app;
  }

  get namespace(): string {
    return this.options.namespace ?? '';
  }

  /** From now on it does not start, or does again. */
  async breaks(broken: boolean): Promise<void> {
    if (broken) await writeFile(this.brokenFile, '');
    else await rm(this.brokenFile);
  }

  private get brokenFile(): string {
    return join(this.journal.directory, 'broken');
  }

  /** Runs `celeriac worker` on it. */
  worker(...args: string[]): Command {
    const options: TasksModuleOptions = {
      ...this.options,
      broker: this.workerBroker,
      worker: { lockTime: LOCK_TIME },
    };
    const environment = appEnvironment({ options, journal: this.journal.file, broken: this.brokenFile });
    const command = Command.run(['worker', '--app', APP, ...args], environment);
    this.commands.push(command);
    return command;
  }

  call(task: string, ...args: unknown[]): Promise<TaskResult<unknown>> {
    return this.callIn('default', task, ...args);
  }

  callIn(queue: string, task: string, ...args: unknown[]): Promise<TaskResult<unknown>> {
    return this.producer.get(TasksService).call(task, args, { queue });
  }

  /** Calls a task that notes when it began, and waits until it has. */
  async running(
    task: string,
    milliseconds: number,
  ): Promise<{ result: TaskResult<unknown>; key: string; pid: number }> {
    const key = randomUUID();
    const result = await this.call(task, key, milliseconds);
    const { pid } = await this.journal.began(key);
    return { result, key, pid };
  }

  /** Waits until a call has been taken from a dead worker process. */
  async putBack({ id }: TaskResult<unknown>): Promise<void> {
    await until(async () => ((await this.producer.broker.read('default', id))?.losses ?? 0) > 0);
  }

  /** Nothing is left of it. */
  async close(): Promise<void> {
    const survivors = this.commands.flatMap((command) => command.survivors());
    await Promise.all(this.commands.map((command) => command.kill()));
    await this.producer.close();
    await this.journal.remove();
    await eraseNamespace(this.options.broker, this.namespace);
    if (survivors.length > 0) throw new Error(`Processes were left behind: ${survivors.join(', ')}`);
  }
}
