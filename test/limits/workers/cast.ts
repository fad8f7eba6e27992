import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BrokerOptions,
  TaskBreakers,
  TaskLimits,
  type TaskResult,
  type TaskStateName,
  TasksService,
  type TasksModuleOptions,
} from '../../../src/index.js';
import { ENDED } from '../../../src/tasks/result/task-state.js';
import { bootApp, type TestApp } from '../../conformance/test-app.js';
import { brokerOptions, newNamespace } from '../../conformance/variant.js';
import { Chance, LONG, SEED } from '../../crashes/seed.js';
import { eraseNamespace } from '../../support/erase-namespace.js';
import { until } from '../../support/until.js';
import { LimitedTasks } from './fixtures/limited-tasks.js';
import { Ledger } from './ledger.js';
import { LimitedWorkforce } from './workforce.js';

/** Of the calls' locks and of permits, in ms. */
export const LOCK_TIME = 4_000;
const MOST_SKEW = 1_900;
const SHOWN_LINES = 30;
const CALLED_AT_ONCE = 100;

const moduleOptions = (broker: BrokerOptions, namespace: string): TasksModuleOptions => ({
  broker: broker.type === 'postgres' ? { ...broker, poolSize: 5 } : broker,
  namespace,
  queues: { limited: {}, other: {}, narrow: { concurrency: 1 } },
  rateLimits: { shared: '15/s' },
  breakers: { code: { failures: 5, window: '10s', cooldown: '1s' } },
});

/** One who calls, workers who may be killed, and the ledger of what they did. */
export class Cast {
  private constructor(
    private readonly directory: string,
    private readonly broker: BrokerOptions,
    private readonly namespace: string,
    readonly ledger: Ledger,
    readonly workforce: LimitedWorkforce,
    private readonly producer: TestApp,
  ) {}

  static async gather(kind: 'redis' | 'postgres'): Promise<Cast> {
    const directory = mkdtempSync(join(tmpdir(), 'celeriac-limits-'));
    const file = join(directory, 'ledger');
    writeFileSync(file, '');
    const broker = brokerOptions({ broker: kind, lying: false });
    const namespace = newNamespace();
    const options = moduleOptions(broker, namespace);
    const producer = await bootApp(options, [LimitedTasks]);
    const ledger = new Ledger(file);
    const place = {
      options: { ...options, worker: { lockTime: '4s', shutdownTimeout: '1s' } } as const,
      ledger: file,
      log: join(directory, 'log'),
      skew: MOST_SKEW,
    };
    const workforce = new LimitedWorkforce(place, producer.broker, ledger);
    const cast = new Cast(directory, broker, namespace, ledger, workforce, producer);
    await workforce.start().catch(async (error: unknown) => {
      const lines = cast.lastLines();
      await cast.leave();
      throw new Error(`No worker has booted. They wrote last:\n${lines}`, { cause: error });
    });
    return cast;
  }

  get breakers(): TaskBreakers {
    return this.producer.get(TaskBreakers);
  }

  get limits(): TaskLimits {
    return this.producer.get(TaskLimits);
  }

  /** As many calls as there are keys. */
  async call(task: string, keys: readonly string[], argument: number | string = 0): Promise<TaskResult[]> {
    const tasks = this.producer.get(TasksService);
    const results: TaskResult[] = [];
    for (let from = 0; from < keys.length; from += CALLED_AT_ONCE) {
      const some = keys.slice(from, from + CALLED_AT_ONCE);
      results.push(...(await Promise.all(some.map((key) => tasks.call(task, [key, argument])))));
    }
    return results;
  }

  /** Waits until all have ended; how. */
  async ends(results: readonly TaskResult[], timeout = 120_000): Promise<TaskStateName[]> {
    const states: (TaskStateName | undefined)[] = results.map(() => undefined);
    await until(
      async () => {
        const open = [...states.keys()].filter((index) => states[index] === undefined);
        for (let from = 0; from < open.length; from += 50) {
          await Promise.all(
            open.slice(from, from + 50).map(async (index) => {
              const state = (await results[index]?.state())?.state;
              if (state && ENDED.has(state)) states[index] = state;
            }),
          );
        }
        return states.every(Boolean);
      },
      timeout,
      () => `all ${results.length} calls end, but ${JSON.stringify(count(states))}\n${this.lastLines()}`,
    );
    return states as TaskStateName[];
  }

  /**
   * Kills workers at random until something has come to its end.
   *
   * @param victims processes; any if there are none
   */
  async killing<T>(
    work: Promise<T>,
    {
      pauses,
      times,
      victims,
    }: { pauses: readonly [number, number]; times: number; victims?: () => number[] },
  ): Promise<T> {
    const chance = new Chance(SEED, 'kills');
    const end = work.then(
      () => 'ended',
      () => 'ended',
    );
    const [least, most] = pauses;
    for (let time = 0; time < times; time++) {
      const pause = sleep(least + chance.below(most - least));
      if ((await Promise.race([pause, end])) === 'ended') break;
      const pids = victims?.() ?? [];
      if (pids.length > 0) this.workforce.signal(chance.pick(pids), 'SIGKILL');
      else this.workforce.killAny();
    }
    return work;
  }

  /** What the worker processes wrote last, for people. */
  lastLines(): string {
    return readFileSync(join(this.directory, 'log'), 'utf8').split('\n').slice(-SHOWN_LINES).join('\n');
  }

  async leave(): Promise<void> {
    await this.workforce.clear();
    await this.producer.close();
    await eraseNamespace(this.broker, this.namespace);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** How many there are of each. */
export function count(items: readonly (string | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[item ?? 'open'] = (counts[item ?? 'open'] ?? 0) + 1;
  return counts;
}

/** Tells people. */
export function figures(what: string, facts: Record<string, unknown>): void {
  process.stdout.write(`${what} (seed ${SEED}${LONG ? ', long' : ''}): ${JSON.stringify(facts)}\n`);
}
