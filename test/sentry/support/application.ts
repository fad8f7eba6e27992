import { type ChildProcess, fork } from 'node:child_process';
import type {
  CallOptions,
  Duration,
  TaskEventMap,
  TaskEventName,
  TasksModuleOptions,
  WorkerOptions,
} from '../../../src/index.js';
import type { SentryModuleOptions } from '../../../src/sentry/index.js';
import { brokerOptions, newNamespace, type Variant } from '../../conformance/variant.js';
import { eraseNamespace } from '../../support/erase-namespace.js';
import { until } from '../../support/until.js';

/** What the fixture reads. */
export interface TestOptions {
  readonly tasks: TasksModuleOptions;
  readonly sentry: SentryModuleOptions;
}

export type Command =
  | {
      readonly type: 'call';
      readonly number: number;
      task: string;
      args: unknown[];
      options: CallOptions;
      within: 'span' | 'nothing';
    }
  | { readonly type: 'run'; number: number; task: string; schedule: string; every: Duration; runs: number }
  | { readonly type: 'tell'; name: TaskEventName; event: object }
  | { readonly type: 'close' };

export interface Told {
  readonly ready?: true;
  readonly failed?: string;
  readonly sent?: { readonly number: number; readonly id: string };
  readonly outcome?: { readonly outcome: string; readonly id: string; readonly retries: number };
  /** Milliseconds it took. */
  readonly closed?: number;
}

const MODULE = new URL('../fixtures/app.module.js', import.meta.url).pathname;
const INSTRUMENT = new URL('../fixtures/instrument.js', import.meta.url).href;
const MAIN = new URL('../fixtures/application.js', import.meta.url);

export interface Settings {
  readonly broker?: Variant['broker'];
  readonly sentry: SentryModuleOptions;
  readonly worker?: WorkerOptions | false;
  /** Where events go of an application that has initialised the SDK itself. */
  readonly instrumentedFor?: string;
  /** It has it keep scopes in OpenTelemetry's context, and records no spans. */
  readonly openTelemetry?: boolean;
}

/** An application with SentryModule, in a process of its own. */
export class Application {
  output = '';
  private calls = 0;
  private readonly told: Told[] = [];

  private constructor(
    private readonly process: ChildProcess,
    private readonly tasks: TasksModuleOptions,
  ) {
    process.on('message', (told: Told) => this.told.push(told));
    for (const stream of [process.stdout, process.stderr])
      stream?.setEncoding('utf8').on('data', (chunk: string) => (this.output += chunk));
  }

  /** @throws with what it said, if it does not boot */
  static async start({
    broker = 'redis',
    sentry,
    worker = {},
    instrumentedFor,
    openTelemetry = false,
  }: Settings): Promise<Application> {
    const tasks: TasksModuleOptions = {
      broker: brokerOptions({ broker, lying: false }),
      namespace: newNamespace(),
      queues: { default: { concurrency: 5 } },
      worker: worker && { lockTime: '2s', shutdownTimeout: '1s', app: MODULE, ...worker },
    };
    const options: TestOptions = { tasks, sentry };
    const { SENTRY_DSN: _, ...env } = process.env;
    const child = fork(MAIN, {
      env: {
        ...env,
        CELERIAC_TEST_SENTRY: JSON.stringify(options),
        CELERIAC_TEST_OWN_DSN: instrumentedFor,
        CELERIAC_TEST_OPEN_TELEMETRY: String(openTelemetry),
      },
      execArgv: instrumentedFor === undefined ? [] : ['--import', INSTRUMENT],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const application = new Application(child, tasks);
    const answer = await application.hear(({ ready, failed }) => ready ?? failed);
    if (answer === true) return application;
    await application.kill();
    throw new Error(answer);
  }

  /** @returns its id */
  async call(
    task: string,
    { args = [] as unknown[], options = {}, within = 'span' as 'span' | 'nothing' } = {},
  ): Promise<string> {
    const number = this.calls++;
    this.command({ type: 'call', number, task, args, options, within });
    const { id } = await this.hear(({ sent }) => (sent?.number === number ? sent : undefined));
    return id;
  }

  /** Makes a schedule of it, whose first slot is soon. @returns the id of the call */
  async run(task: string, schedule: string, every: Duration, runs = 1): Promise<string> {
    const number = this.calls++;
    this.command({ type: 'run', number, task, schedule, every, runs });
    const { id } = await this.hear(({ sent }) => (sent?.number === number ? sent : undefined));
    return id;
  }

  /** Waits until the call has come to this. */
  async outcome(id: string, outcome: string): Promise<void> {
    await this.hear((told) => told.outcome?.id === id && told.outcome.outcome === outcome);
  }

  /** Has a task event happen there. */
  tell<E extends TaskEventName>(name: E, event: TaskEventMap[E]): void {
    this.command({ type: 'tell', name, event });
  }

  /** Waits until the process has ended by itself. @returns its exit code */
  async ended(): Promise<number | null> {
    await until(() => this.process.exitCode !== null || this.process.signalCode !== null);
    await this.kill();
    return this.process.exitCode;
  }

  /** Shuts it down as on SIGTERM. @returns the milliseconds that took */
  async close(): Promise<number> {
    this.command({ type: 'close' });
    const took = await this.hear(({ closed }) => closed);
    await this.kill();
    return took;
  }

  /** And forgets what it left in the broker. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await eraseNamespace(this.tasks.broker, this.tasks.namespace ?? '');
  }

  private command(command: Command): void {
    this.process.send(command);
  }

  private async hear<T>(what: (told: Told) => T | undefined): Promise<NonNullable<Exclude<T, false>>> {
    let heard: T | undefined;
    await until(
      () => (heard = this.told.map(what).find(Boolean)),
      20_000,
      () => `heard nothing; it said: ${this.output}`,
    );
    return heard as NonNullable<Exclude<T, false>>;
  }
}
