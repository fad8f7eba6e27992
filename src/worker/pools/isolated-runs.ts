import { availableParallelism } from 'node:os';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Counts } from '../../tasks/metrics/counts.js';
import { ChildBootError } from '../../tasks/errors/worker.errors.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import { RunnableTasks } from '../invoke/runnable-tasks.js';
import { Child } from './child.js';
import { ChildPool, type Waiter } from './child-pool.js';

/** Why a delivery that waits for a child gets none. */
export type NoChild = 'draining' | 'lock lost' | 'revoked' | ChildBootError;

interface Waiting extends Waiter {
  readonly id: string;
  answer(answer: NoChild): void;
}

/** Hands out the child processes of this worker, to deliveries that are to run isolated. */
@Injectable()
export class IsolatedRuns {
  private readonly logger = new Logger('Worker');
  private readonly pool: ChildPool | undefined;
  private readonly waiting = new Set<Waiting>();
  /** Nobody is given a child any more. */
  draining = false;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly tasks: RunnableTasks,
    private readonly counts: Counts,
  ) {
    const { worker } = options;
    if (worker?.app) this.pool = this.createPool(worker.app, this.mostChildren);
  }

  /** For whom there are children. */
  get children(): 'all' | 'some' | 'none' {
    if (!this.pool) return 'none';
    return this.options.worker?.pool === 'prefork' ? 'all' : 'some';
  }

  /** Child processes this worker has at most. */
  get mostChildren(): number {
    const { worker } = this.options;
    return (worker?.pool === 'prefork' ? worker.concurrency : undefined) ?? availableParallelism();
  }

  /** Ids of the deliveries that wait for a child: their code has not begun. */
  idsWaiting(): string[] {
    return [...this.waiting].map(({ id }) => id);
  }

  /** Starts the children that will be needed. @throws {@link ChildBootError} */
  async start(): Promise<void> {
    const needed = this.children === 'all' ? this.mostChildren : this.tasks.anyIsolated() ? 1 : 0;
    await this.pool?.start(needed);
  }

  /** A child that is free now. */
  take(): Child | undefined {
    return this.pool?.take();
  }

  /** Waits for one, until there is a reason not to. */
  wait(id: string): Promise<Child | NoChild> {
    if (this.draining) return Promise.resolve('draining');
    return new Promise((resolve) => {
      const settle = (answer: Child | NoChild) => {
        this.waiting.delete(waiting);
        resolve(answer);
      };
      const waiting: Waiting = {
        id,
        onChild: settle,
        onUnavailable: (error) => settle(error as ChildBootError),
        answer: (answer) => this.pool?.leave(waiting) && settle(answer),
      };
      this.waiting.add(waiting);
      this.pool?.wait(waiting);
    });
  }

  release(child: Child): void {
    this.pool?.release(child);
  }

  /** Sends a delivery away that waits. */
  dismiss(id: string, why: 'lock lost' | 'revoked'): void {
    for (const waiting of this.waiting) if (waiting.id === id) waiting.answer(why);
  }

  /** From now on nobody is given a child; who waits is sent away. */
  drain(): void {
    this.draining = true;
    this.pool?.close();
    for (const waiting of this.waiting) waiting.answer('draining');
  }

  async stop(): Promise<void> {
    await this.pool?.stop();
  }

  private createPool(app: ConstructorParameters<typeof Child>[0], size: number): ChildPool {
    const { maxTasksPerChild, maxMemoryPerChild } = this.options.worker ?? {};
    return new ChildPool({
      size,
      maxTasksPerChild,
      maxMemoryPerChild,
      spawn: () => new Child(app, (counts) => this.counts.receive(counts)),
      prepare: async (child) => {
        await child.ready();
        const missing = this.tasks.names().filter((name) => !child.tasks.has(name));
        if (missing.length === 0) return;
        child.kill();
        throw new ChildBootError(`its module does not provide the tasks ${missing.join(', ')}`, []);
      },
      onBootError: (error) => this.logger.error(error.message),
      onReplaced: (child, why) => this.logger.log(`Child process ${child.pid} is replaced: ${why}`),
    });
  }
}
