import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import {
  type Duration,
  Ignore,
  InjectTasks,
  Snooze,
  Task,
  TaskContext,
  type TaskClient,
  TimeLimitExceeded,
} from '../../src/index.js';

/** What the fixtures did, in order; kept outside the system under test. */
export class Journal {
  readonly entries: { key: string; id: string; retries: number }[] = [];
  /** Why signals were aborted. */
  readonly reasons = new Map<string, unknown>();
  private readonly emitter = new EventEmitter().setMaxListeners(0);

  write(key: string, task: TaskContext): void {
    this.entries.push({ key, id: task.id, retries: task.retries });
    this.emitter.emit(key);
    this.emitter.emit('any');
  }

  runs(key: string): number {
    return this.entries.filter((entry) => entry.key === key).length;
  }

  /** Waits until a key was written `times` times. */
  async written(key: string, times = 1, timeout = 20_000): Promise<void> {
    const signal = AbortSignal.timeout(timeout);
    while (this.runs(key) < times) await once(this.emitter, key, { signal });
  }
}

/** Holds running tasks until a test lets them go. */
export class Gates {
  private readonly open = new Map<string, () => void>();

  enter(key: string, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.open.set(key, resolve);
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    });
  }

  release(key: string): void {
    this.open.get(key)?.();
    this.open.delete(key);
  }
}

class FirstKind extends Error {}
class SecondKind extends Error {}

@Injectable()
export class FixtureTasks {
  constructor(
    private readonly task: TaskContext,
    private readonly journal: Journal,
    private readonly gates: Gates,
  ) {}

  @Task({ name: 'echo' })
  async echo(key: string, value?: unknown): Promise<unknown> {
    this.journal.write(key, this.task);
    return value;
  }

  @Task({ name: 'withDefault' })
  async withDefault(key: string, value = 'the default'): Promise<string> {
    this.journal.write(key, this.task);
    return value;
  }

  @Task({ name: 'context' })
  async context(key: string) {
    this.journal.write(key, this.task);
    const { id, name, queue, retries, headers, active } = this.task;
    return { id, name, queue, retries, headers, active };
  }

  @Task({ name: 'gated', softTimeLimit: null, timeLimit: null })
  async gated(key: string): Promise<string> {
    this.journal.write(key, this.task);
    await this.gates.enter(key);
    return key;
  }

  @Task({ name: 'obedient', softTimeLimit: null, timeLimit: null, maxRetries: 0 })
  async obedient(key: string): Promise<void> {
    this.journal.write(key, this.task);
    await this.gates.enter(key, this.task.signal);
  }

  @Task({ name: 'tellsReason', softTimeLimit: null, timeLimit: null })
  async tellsReason(key: string): Promise<string> {
    this.journal.write(key, this.task);
    await this.gates.enter(`${key} first`, this.task.signal).catch((reason: unknown) => {
      this.journal.reasons.set(key, reason);
    });
    await this.gates.enter(key);
    return 'returned all the same';
  }

  @Task({ name: 'failsWhenLet', softTimeLimit: null, timeLimit: null, retryBackoff: '10ms' })
  async failsWhenLet(key: string): Promise<void> {
    this.journal.write(key, this.task);
    await this.gates.enter(key);
    throw new FirstKind('let to fail');
  }

  @Task({ name: 'progressing' })
  async progressing(key: string): Promise<void> {
    await this.task.progress({ done: 3, of: 7 });
    this.journal.write(key, this.task);
    await this.gates.enter(key);
  }

  @Task({ name: 'nested' })
  async nested(key: string): Promise<string> {
    this.journal.write(key, this.task);
    const result = await this.own.echo.delay(`${key} inner`);
    return result.get().then(
      () => 'waited',
      (error: Error) => error.name,
    );
  }

  @Task({ name: 'callsLater', softTimeLimit: null, timeLimit: null })
  async callsLater(key: string): Promise<string> {
    this.journal.write(key, this.task);
    await this.gates.enter(key);
    const { id } = await this.own.echo.delay(`${key} inner`);
    return id;
  }

  @Task({ name: 'failTimes', retryBackoff: '20ms', retryBackoffMax: '40ms' })
  async failTimes(key: string, times: number): Promise<number> {
    this.journal.write(key, this.task);
    if (this.task.retries < times) throw new FirstKind(`failed ${this.task.retries + 1} times`);
    return this.task.retries;
  }

  @Task({ name: 'slowBackoff', retryBackoff: '1h', retryBackoffMax: '1h', retryJitter: false })
  async slowBackoff(key: string): Promise<void> {
    this.journal.write(key, this.task);
    throw new FirstKind('comes back in an hour');
  }

  @Task({ name: 'selective', autoretryFor: [FirstKind], retryBackoff: '10ms', maxRetries: 2 })
  async selective(key: string, kind: 'first' | 'second'): Promise<void> {
    this.journal.write(key, this.task);
    throw kind === 'first' ? new FirstKind('one') : new SecondKind('two');
  }

  @Task({ name: 'excepted', dontAutoretryFor: [SecondKind], retryBackoff: '10ms' })
  async excepted(key: string): Promise<void> {
    this.journal.write(key, this.task);
    throw new SecondKind('never again');
  }

  @Task({ name: 'asksForRetry', retryBackoff: '10ms', maxRetries: 2 })
  async asksForRetry(key: string, countdown: Duration | null): Promise<number> {
    this.journal.write(key, this.task);
    if (this.task.retries >= 1 && countdown !== null) return this.task.retries;
    throw this.task.retry({ ...(countdown && { countdown }), cause: new SecondKind('the cause') });
  }

  @Task({ name: 'ignored' })
  async ignored(key: string): Promise<void> {
    this.journal.write(key, this.task);
    throw new Ignore('nothing to do');
  }

  @Task({ name: 'snoozed' })
  async snoozed(key: string, times: number): Promise<number> {
    this.journal.write(key, this.task);
    if (this.journal.runs(key) <= times) throw new Snooze('20ms', 'not yet');
    return this.task.retries;
  }

  @Task({ name: 'throwsValue', maxRetries: 1, retryBackoff: '10ms' })
  async throwsValue(key: string, kind: 'string' | 'hostile' | 'unstorable'): Promise<void> {
    this.journal.write(key, this.task);
    if (kind === 'string') throw 'just a string';
    if (kind === 'unstorable') throw new FirstKind('nul \0 and surrogate \ud800 end');
    throw Object.defineProperty(new FirstKind('x'), 'message', {
      get() {
        throw new Error('even this');
      },
    });
  }

  @Task({ name: 'softLimited', softTimeLimit: '60ms', timeLimit: '10s', maxRetries: 1, retryBackoff: '10ms' })
  async softLimited(key: string, then: 'clean up' | 'let through'): Promise<string> {
    this.journal.write(key, this.task);
    try {
      await sleep(5_000, undefined, { signal: this.task.signal });
      return 'was not stopped';
    } catch (error) {
      if (then === 'let through') throw error;
      return (this.task.signal.reason as Error).name;
    }
  }

  @Task({ name: 'deaf', softTimeLimit: '20ms', timeLimit: '60ms', retryBackoff: '10ms' })
  async deaf(key: string): Promise<string> {
    this.journal.write(key, this.task);
    await this.gates.enter(key);
    return 'too late';
  }

  @Task({
    name: 'deafRetried',
    softTimeLimit: null,
    timeLimit: '60ms',
    retryBackoff: '10ms',
    maxRetries: 1,
    autoretryFor: [TimeLimitExceeded],
  })
  async deafRetried(key: string): Promise<string> {
    this.journal.write(key, this.task);
    if (this.task.retries === 0) await this.gates.enter(key);
    return 'second attempt';
  }

  @Task({ name: 'extending', softTimeLimit: '60ms', timeLimit: '120ms', maxRetries: 0 })
  async extending(key: string): Promise<boolean> {
    this.journal.write(key, this.task);
    this.task.extend('20s');
    await sleep(250);
    return this.task.signal.aborted;
  }

  @Task({ name: 'returns' })
  async returns(key: string, what: 'date' | 'nul' | 'large' | 'function'): Promise<unknown> {
    this.journal.write(key, this.task);
    if (what === 'date') return new Date(0);
    if (what === 'nul') return 'a\0b';
    if (what === 'large') return 'x'.repeat(300 * 1024);
    return () => undefined;
  }

  @Task({ name: 'checked', schema: z.tuple([z.string(), z.coerce.number().int().min(1)]) })
  async checked(key: string, count: number): Promise<unknown> {
    this.journal.write(key, this.task);
    return { count, type: typeof count };
  }

  @InjectTasks(FixtureTasks)
  private readonly own!: TaskClient<FixtureTasks>;
}

/** A task that only some workers know. */
@Injectable()
export class LaterTasks {
  constructor(
    private readonly task: TaskContext,
    private readonly journal: Journal,
  ) {}

  @Task({ name: 'later' })
  async later(key: string): Promise<string> {
    this.journal.write(key, this.task);
    return 'known now';
  }
}

/** How the suites call them. */
@Injectable()
export class Callers {
  constructor(
    @InjectTasks(FixtureTasks) readonly tasks: TaskClient<FixtureTasks>,
    @InjectTasks(LaterTasks) readonly later: TaskClient<LaterTasks>,
  ) {}
}
