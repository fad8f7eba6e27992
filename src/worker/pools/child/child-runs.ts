import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Broker } from '../../../tasks/broker-port.js';
import { BROKER } from '../../../tasks/broker-token.js';
import { taskScope } from '../../../tasks/context/task-scope.js';
import { UnknownTaskError } from '../../../tasks/errors/enqueue.errors.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../../tasks/options/resolve-module-options.js';
import { TaskInstruments } from '../../../tasks/instrumentation/task-instruments.js';
import { Counts } from '../../../tasks/metrics/counts.js';
import { overridePolicy } from '../../../tasks/options/resolve-policy.js';
import type { ParentLink } from '../../../tasks/process-role.js';
import { RunnableTasks } from '../../invoke/runnable-tasks.js';
import { attemptOutcome } from '../../run/attempt-outcome.js';
import type { Outcome } from '../../stages/outcome.js';
import { BegunCount } from '../begun-count.js';
import type { FromChild, RunMessage, ToChild } from '../protocol.js';
import { jsonSize } from '../../../tasks/encoder/plain-json.js';
import type { RunningCall } from '../../../tasks/instrumentation/task-instrumentation.js';
import { receiveError, sendError } from '../sent-error.js';
import { ChildAttempt } from './child-attempt.js';
import { ParentDelivery } from './parent-delivery.js';
import { Questions } from './questions.js';

const MEMORY_INTERVAL = 1_000;
/** For instruments, once an error has ended the process. */
const LAST_WORDS = 1_000;

/** In a child process: runs the calls its parent sends, one at a time. */
@Injectable()
export class ChildRuns {
  private readonly logger = new Logger('Worker');
  private readonly begun = BegunCount.inherited();
  private calls = 0;
  private running: ChildAttempt | undefined;
  private tainted: string | undefined;
  private link: ParentLink | undefined;
  private readonly questions = new Questions((message) => this.send(message));

  constructor(
    private readonly runnable: RunnableTasks,
    private readonly instruments: TaskInstruments,
    private readonly counts: Counts,
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  start(link: ParentLink): void {
    this.link = link;
    link.onMessage((message: ToChild) => this.receive(message));
    process.on('unhandledRejection', (reason) => this.onStray(reason));
    process.on('uncaughtException', (error) => this.onStray(error));
    // What the parent knows of its memory if it dies.
    setInterval(() => {
      if (this.running) this.send({ type: 'memory', memory: process.memoryUsage.rss() });
    }, MEMORY_INTERVAL).unref();
  }

  tasks(): string[] {
    return this.runnable.names();
  }

  private receive(message: ToChild): void {
    switch (message.type) {
      case 'run':
        return void this.run(message);
      case 'abort':
        return this.running?.abort(receiveError(message.reason));
      case 'answer':
        return this.questions.answer(message.to, message.error);
      case 'stop':
        return undefined;
    }
  }

  private async run(call: RunMessage): Promise<void> {
    const task = this.runnable.get(call.name);
    // The pool has compared what it and the parent know.
    if (!task) throw new UnknownTaskError(call.name);
    const policy = overridePolicy(task.definition.policy, call.overrides);
    const delivery = new ParentDelivery(
      call,
      this.questions,
      this.broker,
      () => this.running?.id === call.id,
    );
    const attempt = new ChildAttempt(delivery, call, policy, (message) => this.send(message));
    this.running = attempt;
    this.begun.write(++this.calls);
    const code = () => task.invoke(attempt);
    const end = await attempt.run(
      this.instruments.runs ? () => this.instruments.run(runningCall(call), code) : code,
    );
    this.running = undefined;
    const { payloadLimit } = this.options;
    this.tell(attemptOutcome(end, { policy, retries: call.retries, payloadLimit, random: Math.random() }));
  }

  private tell({ error, ...outcome }: Outcome): void {
    const counts = this.counts.take();
    this.send({
      type: 'ended',
      outcome: { ...outcome, ...(error !== undefined && { error: sendError(error) }) },
      memory: process.memoryUsage.rss(),
      ...(counts && { counts }),
      ...(this.tainted !== undefined && { tainted: this.tainted }),
    });
  }

  /**
   * An error that nobody caught. If the running call's code threw it, the process ends, and the call with it. If it is
   * left over from an earlier call, the running one must not pay for it: the process goes on to its end.
   */
  private onStray(error: unknown): void {
    const culprit = taskScope.getStore() as ChildAttempt | undefined;
    this.logger.error(
      `Not caught in ${culprit ? `"${culprit.name}" (${culprit.id})` : 'the application'}: `,
      error,
    );
    if (this.running && culprit === this.running) return this.die();
    this.tainted ??= `an error that nobody caught${culprit ? `, of "${culprit.name}" (${culprit.id})` : ''}`;
    if (!this.running) this.die();
  }

  /** Whatever its code still comes to, its parent hears of nothing but the end. */
  private die(): void {
    if (!this.instruments.flushes) process.exit(1);
    this.link = undefined;
    void this.instruments.flush(LAST_WORDS).finally(() => process.exit(1));
  }

  private send(message: FromChild): void {
    this.link?.send(message);
  }
}

function runningCall(message: RunMessage): RunningCall {
  const { id, name, queue, retries, headers, waited, args, overrides } = message;
  return {
    id,
    task: name,
    queue,
    retries,
    headers,
    waited: waited ?? undefined,
    get size() {
      return jsonSize({ args, headers, options: overrides });
    },
  };
}
