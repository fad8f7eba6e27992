import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { BROKER } from '../broker-token.js';
import type { Broker, NewJob } from '../broker-port.js';
import { callId } from '../call-id.js';
import { taskScope } from '../context/task-scope.js';
import { formatDuration } from '../duration.js';
import { findJsonProblem, jsonSize } from '../encoder/plain-json.js';
import { type Envelope, ENVELOPE_VERSION } from '../envelope/envelope.js';
import { InvalidOptionError } from '../errors/configuration.errors.js';
import {
  ClientClosedError,
  EnqueueTimeoutError,
  InvalidArgumentsError,
  PayloadTooLargeError,
} from '../errors/enqueue.errors.js';
import { TaskEvents } from '../events/task-events.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../options/resolve-module-options.js';
import type { TaskDefinition } from '../registry/task-definition.js';
import type { TaskResult } from '../result/task-result.js';
import { TaskResults } from '../result/task-results.js';
import { StoreClock } from '../store-clock.js';
import { untilAnswered } from '../until-answered.js';
import type { CallOptions, ManyCallOptions } from './call-options.js';
import { parseCall, type ParsedCall, plainCall } from './parse-call.js';
import { validateArguments } from './validate-arguments.js';
import type { CallPlace } from '../transaction/transactional-adapter.js';

/** What is known of a task where it is called; by name alone, only the name. */
export type CallTarget = Pick<TaskDefinition, 'name'> & Partial<TaskDefinition>;

const CHUNK = 1_000;

/** Takes a call from the caller's hands to the broker's. */
@Injectable()
export class TaskSender {
  private closed = false;

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly clock: StoreClock,
    private readonly events: TaskEvents,
    private readonly results: TaskResults,
  ) {}

  async send<R>(
    target: CallTarget,
    args: readonly unknown[],
    options?: CallOptions,
    place?: CallPlace,
  ): Promise<TaskResult<R>> {
    const call = this.parse(target, options, place);
    if (target.schema) await validateArguments(target.name, target.schema, withoutTrailingUndefined(args));
    const job = this.prepare(target, args, call);
    if (place) {
      await place.add(call.queue, [job]);
      const taken = call.taskId !== undefined && isOther(await place.payload(call.queue, job.id), job);
      return this.results.of<R>(job.id, taken);
    }
    const add = () => this.broker.enqueue(call.queue, job);
    const addAndAsk = () => add().then(() => this.isDuplicate(call.queue, job));
    const attempt = call.taskId === undefined ? add : addAndAsk;
    const duplicate = (await this.confirm<boolean | void>(attempt, target.name, [job.id])) === true;
    this.announce(target, call.queue, job.id, duplicate);
    return this.results.of<R>(job.id, duplicate);
  }

  async sendMany<R>(
    target: CallTarget,
    calls: readonly (readonly unknown[])[],
    options?: ManyCallOptions,
    place?: CallPlace,
  ): Promise<TaskResult<R>[]> {
    if (options && 'taskId' in options && options.taskId !== undefined) {
      throw new InvalidOptionError(
        `calls of "${target.name}"`,
        'taskId',
        'is given',
        'Many calls cannot share an id.',
      );
    }
    const call = this.parse(target, options, place);
    const jobs: NewJob[] = [];
    for (const args of calls) {
      if (target.schema) await validateArguments(target.name, target.schema, withoutTrailingUndefined(args));
      jobs.push(this.prepare(target, args, call));
    }
    const ids = jobs.map((job) => job.id);
    for (let from = 0; from < jobs.length; from += CHUNK) {
      const chunk = jobs.slice(from, from + CHUNK);
      if (place) await place.add(call.queue, chunk);
      else {
        const attempt = () => this.broker.enqueueMany(call.queue, chunk);
        await this.confirm(attempt, target.name, ids);
        for (const job of chunk) this.announce(target, call.queue, job.id, false);
      }
    }
    return ids.map((id) => this.results.of<R>(id));
  }

  /** From now on only running tasks may call others. */
  refuseOutsideCalls(): void {
    this.closed = true;
  }

  private parse(target: CallTarget, options: CallOptions | undefined, place?: CallPlace): ParsedCall {
    // A call in a transaction needs no broker, and its caller may be about to commit what goes with it.
    if (!place && this.closed && taskScope.getStore() === undefined) throw new ClientClosedError(target.name);
    if (!options && target.policy) return plainCall(target.policy.queue, this.options);
    return parseCall(target.name, options ?? {}, target.policy, this.options, this.clock.now());
  }

  private prepare(target: CallTarget, args: readonly unknown[], call: ParsedCall): NewJob {
    const sent = withoutTrailingUndefined(args);
    const problem = findJsonProblem(sent, 'args');
    if (problem) throw new InvalidArgumentsError(target.name, `${problem.path} is ${problem.problem}`);
    const nonce = call.taskId === undefined ? {} : { nonce: randomUUID() };
    const envelope: Envelope = {
      v: ENVELOPE_VERSION,
      args: sent,
      headers: call.headers,
      options: { ...call.envelope, ...nonce },
    };
    const size = jsonSize(envelope);
    if (size > this.options.payloadLimit)
      throw new PayloadTooLargeError(target.name, size, this.options.payloadLimit);
    return {
      id: callId(call.queue, call.taskId),
      name: target.name,
      envelope,
      delay: call.delay,
      priority: call.priority,
    };
  }

  private confirm<T>(attempt: () => Promise<T>, task: string, ids: readonly string[]): Promise<T> {
    const timeout = this.options.enqueueTimeout;
    const late = (cause: unknown) =>
      new EnqueueTimeoutError(ids[0] ?? '', task, formatDuration(timeout), ids, cause);
    return untilAnswered(attempt, timeout, late);
  }

  /** Whether another call had the id first: the stored one does not carry our nonce. */
  private async isDuplicate(queue: string, job: NewJob): Promise<boolean> {
    return isOther((await this.broker.read(queue, job.id))?.data, job);
  }

  private announce(target: CallTarget, queue: string, id: string, duplicate: boolean): void {
    if (this.events.has('sent')) this.events.emit('sent', { id, task: target.name, queue, duplicate });
  }
}

function isOther(stored: unknown, job: NewJob): boolean {
  if (stored === undefined) return false;
  return (stored as Partial<Envelope>).options?.nonce !== job.envelope.options.nonce;
}

/** An omitted optional argument arrives as undefined; JSON would turn it into null. */
function withoutTrailingUndefined(args: readonly unknown[]): readonly unknown[] {
  let length = args.length;
  while (length > 0 && args[length - 1] === undefined) length--;
  return length === args.length ? args : args.slice(0, length);
}
