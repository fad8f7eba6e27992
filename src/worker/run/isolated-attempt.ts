import { formatDuration, parseDuration } from '../../tasks/duration.js';
import { TimeLimitExceeded } from '../../tasks/errors/delivery.errors.js';
import { LockLostError } from '../../tasks/errors/broker.errors.js';
import type { Delivery } from '../../tasks/broker-port.js';
import type { ErrorClass } from '../../tasks/options/task-options.js';
import type { TaskPolicy } from '../../tasks/options/task-policy.js';
import type { Child, ChildExit, ChildListener } from '../pools/child.js';
import type { FromChild, RunMessage } from '../pools/protocol.js';
import { receiveError, sendError } from '../pools/sent-error.js';
import { Attempt, type AttemptEnd } from './attempt.js';

const nothing = () => undefined;

/**
 * An attempt whose code runs in a child process. Its limits, its lock and its settlement stay here; what ends it before
 * its code has ended kills the child.
 */
export class IsolatedAttempt extends Attempt implements ChildListener {
  private readonly classes: readonly ErrorClass[];

  constructor(
    delivery: Delivery,
    private readonly call: RunMessage,
    policy: TaskPolicy,
    readonly child: Child,
  ) {
    super(delivery, call.args, call.headers, policy, nothing);
    this.classes = [
      ...policy.autoretryFor,
      ...policy.dontAutoretryFor,
      ...policy.throws,
      ...(policy.breaker?.on ?? []),
    ];
  }

  runInChild(): Promise<AttemptEnd> {
    return new Promise((resolve) => {
      this.end = resolve;
      this.child.run(this.call, this);
    });
  }

  protected override applyAbort(reason: Error): void {
    super.applyAbort(reason);
    if (this.end) this.child.send({ type: 'abort', reason: sendError(reason) });
  }

  onMessage(message: FromChild): void {
    switch (message.type) {
      case 'ended': {
        const { error, ...outcome } = message.outcome;
        const received = error && { error: receiveError(error, this.classes) };
        return this.finish({ kind: 'decided', outcome: { ...outcome, ...received } });
      }
      case 'extend':
        return this.extendLimits(message.by);
      case 'shield':
        return this.shieldFor(parseDuration(message.atMost));
      case 'shield over':
        return this.endShield();
      case 'progress':
        return this.answer(message.ask, this.saveProgress(message.progress));
      case 'log':
        return this.answer(message.ask, this.appendLog(message.line));
      case 'completing':
        if (!this.end) return this.answer(message.ask, Promise.reject(new LockLostError(this.id)));
        this.completion = message.result;
        this.delivery.leaveLock();
        return this.answer(message.ask, Promise.resolve());
      case 'undone':
        this.completion = undefined;
        if (this.end) this.delivery.keepLock();
        return undefined;
      default:
        return undefined;
    }
  }

  onExit(exit: ChildExit): void {
    this.finish({ kind: 'died', exit });
  }

  protected override overrun(): void {
    this.giveUp({
      kind: 'threw',
      error: new TimeLimitExceeded(this.name, formatDuration(this.hard), false),
    });
  }

  /** What ends it before its code has ended must end the code, too. */
  protected override giveUp(end: AttemptEnd): void {
    this.child.leave();
    if (!this.ended) {
      this.ended = true;
      this.child.kill();
    }
    super.giveUp(end);
  }

  private answer(to: number, done: Promise<void>): void {
    done.then(
      () => this.child.send({ type: 'answer', to }),
      (error: unknown) => this.child.send({ type: 'answer', to, error: String(error) }),
    );
  }
}
