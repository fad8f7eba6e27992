import { Injectable } from '@nestjs/common';
import { InjectTasks, Task, TaskContext, type TaskClient, TaskLocks, Tasks } from '../../src/index.js';
import { Gates, Journal } from './fixture-tasks.js';

export class ServiceDown extends Error {}
export class BadRequest extends Error {}

/** What is down at present. */
export class Outages extends Set<string> {}

const first = ([key]: readonly unknown[]) => key as string;
/** Cases keep apart by the first argument; limits of the task as a whole have a task for each case. */
const aside = ([, key]: readonly unknown[]) => key as string;

@Tasks({ queue: 'limited', maxRetries: 1, retryBackoff: '10ms' })
@Injectable()
export class AdmittingTasks {
  constructor(
    private readonly task: TaskContext,
    private readonly journal: Journal,
    private readonly gates: Gates,
    private readonly outages: Outages,
    private readonly locks: TaskLocks,
  ) {}

  @Task({ name: 'paced', rateLimit: { limit: '1/s', per: first } })
  async paced(key: string): Promise<void> {
    this.journal.write(key, this.task);
  }

  @Task({ name: 'bursting', rateLimit: { limit: '1/h', burst: 3, per: first, onExceeded: 'fail' } })
  async bursting(key: string): Promise<void> {
    this.journal.write(key, this.task);
  }

  @Task({ name: 'dropping', rateLimit: { limit: '1/h', per: first, onExceeded: 'drop' } })
  async dropping(key: string): Promise<void> {
    this.journal.write(key, this.task);
  }

  @Task({ name: 'slow', rateLimit: '1/h' })
  async slow(key: string): Promise<void> {
    this.journal.write(key, this.task);
  }

  @Task({ name: 'twiceLimited', rateLimit: [{ limit: '1000/s', per: first }, 'shared'] })
  async twiceLimited(key: string): Promise<void> {
    this.journal.write(key, this.task);
  }

  @Task({ name: 'keyless', rateLimit: { limit: '5/s', per: () => '' } })
  async keyless(key: string): Promise<void> {
    this.journal.write(key, this.task);
  }

  @Task({ name: 'few', maxConcurrency: { limit: 2, per: first } })
  async few(key: string, gate: string): Promise<void> {
    this.journal.write(key, this.task);
    await this.gates.enter(gate);
  }

  @Task({ name: 'locking', lock: first })
  async locking(key: string, gate?: string): Promise<void> {
    this.journal.write(key, this.task);
    if (gate) await this.gates.enter(gate);
  }

  @Task({ name: 'visiting' })
  async visiting(key: string, lock: string): Promise<void> {
    await this.locks.withLock(lock, () => this.journal.write(key, this.task));
  }

  @Task({ name: 'lockingOrNot', lock: aside, onLocked: 'drop' })
  async lockingOrNot(key: string, _lock: string): Promise<void> {
    this.journal.write(key, this.task);
  }

  @Task({ name: 'lockingOrFailing', lock: aside, onLocked: 'fail' })
  async lockingOrFailing(key: string, _lock: string): Promise<void> {
    this.journal.write(key, this.task);
  }

  @Task({ name: 'losing', lock: first, maxRetries: 0 })
  async losing(key: string, gate: string): Promise<void> {
    this.journal.write(key, this.task);
    await this.gates.enter(gate, this.task.signal);
  }

  @Task({
    name: 'guarded',
    breaker: { failures: 1, cooldown: '400ms', on: [ServiceDown] },
    maxRetries: 0,
  })
  async guarded(key: string): Promise<void> {
    this.journal.write(key, this.task);
    if (this.outages.has('guarded')) throw new ServiceDown('down');
  }

  @Task({
    name: 'guardedAndRetried',
    breaker: { failures: 3, cooldown: '300ms', on: [ServiceDown] },
    // Whichever of the calls come late, one has retries left when the breaker opens.
    maxRetries: 2,
    retryBackoff: '100ms',
  })
  async guardedAndRetried(key: string): Promise<void> {
    this.journal.write(key, this.task);
    if (this.outages.has('guardedAndRetried')) throw new ServiceDown('down');
  }

  @Task({
    name: 'guardedAndSlow',
    breaker: { failures: 1, cooldown: '50ms', on: [ServiceDown] },
    maxRetries: 0,
  })
  async guardedAndSlow(key: string): Promise<void> {
    this.journal.write(key, this.task);
    if (!this.outages.has('guardedAndSlow')) return;
    await this.gates.enter(key);
    throw new ServiceDown('down');
  }

  @Task({ name: 'guardedToo', breaker: 'service', maxRetries: 0 })
  async guardedToo(key: string, error: 'down' | 'bad'): Promise<void> {
    this.journal.write(key, this.task);
    throw error === 'down' ? new ServiceDown('down') : new BadRequest('bad');
  }
}

/** Limits that TasksModule declares. */
export const SHARED = {
  rateLimits: { shared: { limit: '1000/s' as const, burst: 5 }, visited: '20/s' as const },
  breakers: { service: { failures: 2, cooldown: '1h' as const, on: [ServiceDown] } },
};

@Injectable()
export class AdmittingCallers {
  constructor(@InjectTasks(AdmittingTasks) readonly tasks: TaskClient<AdmittingTasks>) {}
}
