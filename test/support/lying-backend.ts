import { setTimeout as sleep } from 'node:timers/promises';
import type { IQueueBackend } from 'bullmq';
import type { BackendDecorator } from '../../src/broker/index.js';
import type { Gates } from '../../src/tasks/gates.js';
import type { ScheduleStore } from '../../src/tasks/schedule-store.js';

/** What a lie can be. `then throws` is the worst: it took effect, and the caller hears that it did not. */
export type Lie = 'fails before' | 'executes, then throws' | 'delays';

const LIES: readonly Lie[] = ['fails before', 'executes, then throws', 'delays'];

/** Operations that reach the store. The rest (names, events, closing) has nothing to lie about. */
const OPERATIONS = [
  'addJob',
  'addJobs',
  'moveToActive',
  'moveToCompleted',
  'moveToFailed',
  'moveToDelayed',
  'moveStalledJobsToWait',
  'extendLocks',
  'updateProgress',
  'addLog',
  'promote',
  'getState',
  'getJobData',
  'getCounts',
  'cleanJobsByState',
  'waitForJob',
] as const satisfies readonly (keyof IQueueBackend)[];

/** Told of every lie, so that a suite can see that it was lied to. */
export class LieLedger {
  readonly told = new Map<string, number>();

  record(operation: string, what: Lie): void {
    const key = `${operation} ${what}`;
    this.told.set(key, (this.told.get(key) ?? 0) + 1);
  }
}

const GATE_OPERATIONS = [
  'pass',
  'release',
  'renew',
  'leave',
  'callIn',
  'report',
  'breaker',
  'setBreaker',
  'change',
  'changes',
  'waiting',
] as const satisfies readonly (keyof Gates)[];

/**
 * Makes a backend lie: each operation tells each lie in turn, every `period`-th time it is used. Regular, not random,
 * so that a failure can be repeated; the period is a prime, so that lies do not fall in step with retries.
 */
export function lyingBackend(ledger: LieLedger, period = 5): BackendDecorator {
  const uses = new Map<string, number>();
  return (backend) => lie(backend, OPERATIONS, uses, ledger, period);
}

/** Makes gates lie in the same way. */
export function lyingGates(gates: Gates, ledger: LieLedger, period = 5): Gates {
  return lie(gates, GATE_OPERATIONS, new Map<string, number>(), ledger, period);
}

const SCHEDULE_OPERATIONS = [
  'all',
  'get',
  'take',
  'change',
  'fire',
  'remove',
] as const satisfies readonly (keyof ScheduleStore)[];

/** Makes the store of schedules lie in the same way. */
export function lyingSchedules(schedules: ScheduleStore, ledger: LieLedger, period = 5): ScheduleStore {
  return lie(schedules, SCHEDULE_OPERATIONS, new Map<string, number>(), ledger, period);
}

function lie<T extends object>(
  honestOne: T,
  operations: readonly (string & keyof T)[],
  uses: Map<string, number>,
  ledger: LieLedger,
  period: number,
): T {
  const target = honestOne as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>;
  for (const operation of operations) {
    const honest = target[operation]?.bind(honestOne);
    if (!honest) continue;
    target[operation] = async (...args) => {
      const use = (uses.get(operation) ?? 0) + 1;
      uses.set(operation, use);
      if (use % period !== 0) return honest(...args);
      const told = LIES[(use / period) % LIES.length] as Lie;
      ledger.record(operation, told);
      if (told === 'fails before') throw new Error(`a lie: ${operation} failed before it acted`);
      if (told === 'delays') await sleep(30);
      const answer = await honest(...args);
      if (told === 'executes, then throws') throw new Error(`a lie: ${operation} acted, and then failed`);
      return answer;
    };
  }
  return honestOne;
}
