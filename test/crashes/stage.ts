import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CallOptions, TaskFailedError, type TaskResult, TasksService } from '../../src/index.js';
import { ENDED } from '../../src/tasks/result/task-state.js';
import { bootApp, type TestApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace, type Variant } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { type Entry, type FinalState, Ledger } from './ledger.js';
import type { Pool } from './points.js';
import { type Expectation, judge, type Verdict } from './verdict.js';
import { CrashingWorkforce } from './workforce.js';
import { moduleOptions } from './workplace.js';

/** So that there is one when the other dies, or is paused. */
const WORKERS = 2;
const SHOWN_LINES = 60;

/** A namespace with a producer, worker processes that may be killed, and the ledger of what becomes of its calls. */
export class Stage {
  readonly expectations = new Map<string, Expectation>();
  private readonly continued = new Set<Entry>();
  private readonly sent = new Map<string, { readonly result: TaskResult; readonly queue: string }>();

  private constructor(
    private readonly directory: string,
    private readonly namespace: string,
    private readonly kind: Variant['broker'],
    readonly ledger: Ledger,
    readonly workforce: CrashingWorkforce,
    private readonly producer: TestApp,
  ) {}

  static async set(
    kind: Variant['broker'],
    pool: Pool,
    { concurrency, workers = WORKERS }: { concurrency?: number; workers?: number } = {},
  ): Promise<Stage> {
    const directory = mkdtempSync(join(tmpdir(), 'celeriac-crashes-'));
    const ledger = join(directory, 'ledger');
    writeFileSync(ledger, '');
    const namespace = newNamespace();
    const options = moduleOptions(
      brokerOptions({ broker: kind, lying: false }),
      namespace,
      pool,
      concurrency,
    );
    const producer = await bootApp({ ...options, worker: false }, []);
    const workforce = new CrashingWorkforce(
      { options, ledger, log: join(directory, 'log'), size: workers },
      producer.broker,
    );
    const stage = new Stage(directory, namespace, kind, new Ledger(ledger), workforce, producer);
    await workforce.start(1).catch(async (error: unknown) => {
      const lines = stage.lastLines();
      await stage.clear();
      throw new Error(`No worker has booted. They wrote last:\n${lines}`, { cause: error });
    });
    return stage;
  }

  async call(
    task: string,
    argument: { readonly key: string },
    expectation: Expectation,
    options: CallOptions = {},
  ): Promise<void> {
    const { key } = argument;
    const queue = options.queue ?? 'default';
    this.expectations.set(key, expectation);
    this.ledger.write({ what: 'intent', key });
    const result = await this.producer.get(TasksService).call(task, [argument], { ...options, queue });
    this.ledger.write({ what: 'ack', key });
    this.sent.set(key, { result, queue });
  }

  /** Notes in the ledger what has come to its end since. */
  async look(): Promise<readonly Entry[]> {
    const ended = new Set(
      this.ledger.entries().flatMap((entry) => (entry.what === 'final' ? [entry.key] : [])),
    );
    for (const key of this.sent.keys()) {
      if (ended.has(key)) continue;
      const end = await this.read(key);
      if (end) this.ledger.write({ what: 'final', key, ...end });
    }
    return this.ledger.entries();
  }

  /** What is paused goes on, once, as soon as its call has begun elsewhere, or has ended. */
  continuePaused(): void {
    const entries = this.ledger.entries();
    for (const [place, entry] of entries.entries()) {
      if (entry.what !== 'strike' || entry.weapon !== 'SIGSTOP' || this.continued.has(entry)) continue;
      const goesOn = entries.some(
        ({ what, key }, at) => key === entry.key && (what === 'final' || (what === 'begin' && at > place)),
      );
      if (!goesOn) continue;
      this.continued.add(entry);
      this.workforce.signal(entry.pid, 'SIGCONT');
    }
  }

  /** Looks once more at everything: what has ended stays as it is. */
  async verdict(): Promise<Verdict> {
    for (const entry of await this.look()) {
      if (entry.what !== 'final') continue;
      const end = await this.read(entry.key);
      if (end && end.state !== entry.state) this.ledger.write({ what: 'final', key: entry.key, ...end });
    }
    return judge(this.ledger.entries(), this.expectations);
  }

  /** What the worker processes wrote last, for people. */
  lastLines(): string {
    return readFileSync(join(this.directory, 'log'), 'utf8').split('\n').slice(-SHOWN_LINES).join('\n');
  }

  async clear(): Promise<void> {
    await this.workforce.clear();
    await this.producer.close();
    await eraseNamespace(brokerOptions({ broker: this.kind, lying: false }), this.namespace);
    rmSync(this.directory, { recursive: true, force: true });
  }

  private async read(key: string): Promise<FinalState | undefined> {
    const { result, queue } = this.sent.get(key) ?? {};
    const state = await result?.state();
    if (!result || !queue || !state || !ENDED.has(state.state)) return undefined;
    const { broker } = this.producer;
    const [job, crashes, outcome] = await Promise.all([
      broker.read(queue, result.id),
      broker.records.crashes(queue, result.id),
      result.get().then(
        (value) => ({ value, error: undefined }),
        (error: unknown) => ({
          value: undefined,
          error: error instanceof TaskFailedError ? error.errorName : String(error),
        }),
      ),
    ]);
    const charged = crashes.filter((crash) => crash.charged).length;
    return { state: state.state, losses: job?.losses ?? 0, charged, ...outcome };
  }
}
