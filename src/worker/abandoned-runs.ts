import { Inject, Injectable, Logger } from '@nestjs/common';
import { TaskEvents } from '../tasks/events/task-events.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../tasks/options/resolve-module-options.js';
import type { Attempt, LateEnd } from './run/attempt.js';

/**
 * Code that was given up and goes on: JavaScript cannot be interrupted from outside. It is counted and shown; at
 * `maxAbandoned` the worker takes no further work.
 */
@Injectable()
export class AbandonedRuns {
  private readonly logger = new Logger('Worker');
  private readonly runs = new Set<Attempt>();
  private onLimit: (() => void) | undefined;
  private onTaint: ((reason: string) => void) | undefined;

  constructor(
    private readonly events: TaskEvents,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /** Calls still running after they were given up. */
  list(): readonly { id: string; task: string; seconds: number }[] {
    return [...this.runs].map(({ id, name, elapsed }) => ({
      id,
      task: name,
      seconds: Math.round(elapsed / 1_000),
    }));
  }

  /** Code that ended as soon as its signal was aborted, or with its child process, does not count. */
  add(attempt: Attempt, why: 'abandoned' | 'revoked'): void {
    if (attempt.ended) return;
    this.runs.add(attempt);
    const limit = this.options.worker?.maxAbandoned ?? Number.POSITIVE_INFINITY;
    const since = why === 'revoked' ? 'it was revoked' : 'its hard limit';
    const reason = `its code goes on after ${since} (${this.runs.size} of at most ${limit} such runs)`;
    this.events.emit('abandoned', { id: attempt.id, task: attempt.name, queue: attempt.queue, reason });
    this.onTaint?.(`the code of "${attempt.name}" (${attempt.id}) goes on after ${since}`);
    if (this.runs.size === limit) this.stopTakingWork(limit);
  }

  /** Told once, when there are `maxAbandoned` of them. */
  whenTooMany(listener: () => void): void {
    this.onLimit = listener;
  }

  /** Told of each. */
  whenTainted(listener: (reason: string) => void): void {
    this.onTaint = listener;
  }

  readonly onLateEnd: LateEnd = (attempt) => {
    this.runs.delete(attempt);
    const seconds = Math.round(attempt.elapsed / 1_000);
    this.logger.warn(
      `"${attempt.name}" (${attempt.id}) ended ${seconds} s after it began; its result was refused`,
    );
  };

  private stopTakingWork(limit: number): void {
    const runs = this.list().map(({ id, task }) => `"${task}" (${id})`);
    this.logger.error(
      `This worker takes no further work: ${limit} calls went on after they were given up (maxAbandoned). ` +
        `Restart it, and pass task.signal to what they wait for: ${runs.join(', ')}`,
    );
    this.onLimit?.();
  }
}
