import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildBootError } from '../../tasks/errors/worker.errors.js';
import type { Child } from './child.js';

/** What a pool of children is told. */
export interface ChildPoolOptions {
  /** Most children at once. */
  readonly size: number;
  readonly maxTasksPerChild: number | undefined;
  /** Bytes. */
  readonly maxMemoryPerChild: number | undefined;
  /** Starts a child; it is not ready yet. */
  spawn(): Child;
  /** Waits until it is ready, and fit. @throws {@link ChildBootError} */
  prepare(child: Child): Promise<void>;
  /** A child could not start; the pool goes on trying while it is needed. */
  onBootError(error: ChildBootError): void;
  /** A child is replaced, and why. */
  onReplaced(child: Child, why: string): void;
}

/** Waits for a child. It is answered once. */
export interface Waiter {
  onChild(child: Child): void;
  /** No child can be started. */
  onUnavailable(error: Error): void;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/** So many boots that fail in a row, and who waits is sent away. */
const PATIENCE = 3;

/** Child processes that are kept ready, each for one call at a time. */
export class ChildPool {
  private readonly idle: Child[] = [];
  private readonly waiting: Waiter[] = [];
  private readonly children = new Set<Child>();
  private booting = 0;
  private failures = 0;
  private closed = false;

  constructor(private readonly options: ChildPoolOptions) {}

  /** Starts this many. @throws {@link ChildBootError} if one cannot start */
  async start(count: number): Promise<void> {
    try {
      await Promise.all(Array.from({ length: count }, () => this.boot()));
    } catch (error) {
      this.close();
      for (const child of this.children) child.kill();
      throw error;
    }
  }

  /** A child that is free now; it is the caller's until it is released. */
  take(): Child | undefined {
    return this.idle.pop();
  }

  /** Waits for one, first come, first served. */
  wait(waiter: Waiter): void {
    this.waiting.push(waiter);
    this.grow();
  }

  /** No longer wants one. False: it has been answered. */
  leave(waiter: Waiter): boolean {
    const place = this.waiting.indexOf(waiter);
    if (place < 0) return false;
    this.waiting.splice(place, 1);
    return true;
  }

  /** The call of a child has ended, or the child has. */
  release(child: Child): void {
    const why = child.alive ? this.reasonToReplace(child) : 'it died';
    if (why === undefined) return this.offer(child);
    this.children.delete(child);
    if (child.alive) {
      this.options.onReplaced(child, why);
      void child.stop();
    }
    this.grow(1);
  }

  /** Starts no further ones. */
  close(): void {
    this.closed = true;
  }

  /** Ends all of them, within a bound. */
  async stop(): Promise<void> {
    this.close();
    await Promise.all([...this.children].map((child) => child.stop()));
  }

  private reasonToReplace(child: Child): string | undefined {
    const { maxTasksPerChild, maxMemoryPerChild } = this.options;
    if (child.tainted !== undefined) return child.tainted;
    if (maxTasksPerChild !== undefined && child.calls >= maxTasksPerChild) return `${child.calls} calls`;
    if (maxMemoryPerChild !== undefined && (child.memory ?? 0) > maxMemoryPerChild) {
      return `${Math.round((child.memory ?? 0) / 1024 ** 2)} MB of memory`;
    }
    return undefined;
  }

  private offer(child: Child): void {
    const waiter = this.waiting.shift();
    if (waiter) waiter.onChild(child);
    else this.idle.push(child);
  }

  /** @param spare children wanted beyond those somebody waits for */
  private grow(spare = 0): void {
    const room = this.closed ? 0 : this.options.size - this.children.size;
    const wanted = Math.min(room, Math.max(spare, this.waiting.length - this.booting));
    for (let count = 0; count < wanted; count++) void this.bootPersistently();
  }

  private async bootPersistently(): Promise<void> {
    try {
      await this.boot();
    } catch (error) {
      this.failures++;
      this.options.onBootError(error as ChildBootError);
      if (this.failures >= PATIENCE) {
        for (const waiter of this.waiting.splice(0)) waiter.onUnavailable(error as Error);
      }
      await sleep(Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** this.failures), undefined, { ref: false });
      this.grow();
    }
  }

  private async boot(): Promise<void> {
    this.booting++;
    const child = this.options.spawn();
    this.children.add(child);
    try {
      await this.options.prepare(child);
      this.failures = 0;
    } catch (error) {
      this.children.delete(child);
      throw error;
    } finally {
      this.booting--;
    }
    void child.exited.then(() => this.forget(child));
    if (this.closed) void child.stop();
    else this.offer(child);
  }

  /** One that died while it was idle; the death of a busy one is told to its call. */
  private forget(child: Child): void {
    this.children.delete(child);
    const place = this.idle.indexOf(child);
    if (place < 0) return;
    this.idle.splice(place, 1);
    this.grow(1);
  }
}
