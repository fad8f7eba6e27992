import { createHook } from 'node:async_hooks';
import { Worker } from 'node:worker_threads';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { taskScope } from '../../tasks/context/task-scope.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import type { Attempt } from '../run/attempt.js';
import { SLOTS, Slots } from './slots.js';
import type { WatchdogData } from './thread.js';

const HEARTBEAT = 200;
const THREAD = new URL('./thread.js', import.meta.url);

/**
 * Notices from outside when code blocks the event loop of this process, and says whose it is. A process under a
 * supervisor is ended when that code is past its hard limit, for nothing inside can enforce it.
 *
 * Whose code runs is kept up by a hook on every asynchronous step: about one per cent of what a task costs that does
 * nothing.
 */
@Injectable()
export class Watchdog {
  private readonly logger = new Logger('Worker');
  private readonly slots = new Slots();
  private readonly free: number[] = [];
  private readonly taskNumbers = new Map<string, number>();
  private readonly hook = createHook({ before: () => this.step() });
  private thread: Worker | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(@Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions) {}

  /** @param tasks names of those that run here */
  start(tasks: readonly string[]): void {
    const { worker } = this.options;
    if (!worker?.watchdog || worker.pool === 'prefork') return;
    for (let slot = SLOTS - 1; slot > 0; slot--) this.free.push(slot);
    tasks.forEach((task, index) => this.taskNumbers.set(task, index + 1));
    const fd = Number(process.env['CELERIAC_REPORT_FD']);
    const workerData: WatchdogData = {
      memory: this.slots.memory,
      tasks,
      origin: Number(process.hrtime.bigint()) / 1e6 - performance.now(),
      reportFd: fd > 0 ? fd : undefined,
    };
    this.thread = new Worker(THREAD, { workerData });
    this.thread.unref();
    this.thread.on('error', (error) => this.logger.error(`The watchdog ended: ${String(error)}`));
    this.timer = setInterval(() => Atomics.add(this.slots.heartbeat, 0, 1), HEARTBEAT).unref();
    this.hook.enable();
  }

  async stop(): Promise<void> {
    this.hook.disable();
    clearInterval(this.timer);
    await this.thread?.terminate();
    this.thread = undefined;
  }

  /** An attempt begins; the code that runs next is its. It keeps its slot until its code has ended. */
  enter(attempt: Attempt): void {
    if (!this.thread) return;
    const slot = this.free.pop() ?? 0;
    attempt.slot = slot;
    if (slot > 0)
      this.slots.fill(slot, this.taskNumbers.get(attempt.name) ?? 0, attempt.id, attempt.hardDeadline);
    this.slots.current[0] = slot;
    attempt.onExtended = this.extend;
  }

  leave(attempt: Attempt): void {
    if (attempt.slot === 0) return;
    this.slots.empty(attempt.slot);
    this.free.push(attempt.slot);
    attempt.slot = 0;
  }

  private readonly extend = (attempt: Attempt): void => {
    if (attempt.slot > 0) this.slots.setDeadline(attempt.slot, attempt.hardDeadline);
  };

  private step(): void {
    const scope = taskScope.getStore() as { readonly slot?: number } | undefined;
    this.slots.current[0] = scope?.slot ?? 0;
  }
}
