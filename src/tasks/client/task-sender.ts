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
import type { Publication } from '../instrumentation/task-instrumentation.js';
import { TaskInstruments } from '../instrumentation/task-instruments.js';
import { keyFrom } from '../options/limits/key-of.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../options/resolve-module-options.js';
import type { TaskDefinition } from '../registry/task-definition.js';
import type { TaskResult } from '../result/task-result.js';
import { TaskResults } from '../result/task-results.js';
import { StoreClock } from '../store-clock.js';
import { untilAnswered } from '../until-answered.js';
import type { CallOptions, ManyCallOptions } from './call-options.js';
import { dedupOf } from './dedup.js';
import { parseCall, type ParsedCall, plainCall } from './parse-call.js';
import { placeCall, placeCalls } from './place-call.js';
import { validateArguments } from './validate-arguments.js';
import type { CallPlace } from '../transaction/transactional-adapter.js';

/** What is known of a task where it is called; by name alone, only the name. */
export type CallTarget = Pick<TaskDefinition, 'name'> & Partial<TaskDefinition>;

/** One of many calls. */
interface SingleCall {
  readonly args: readonly unknown[];
  readonly options?: CallOptions;
}

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
    private readonly instruments: TaskInstruments,
    private readonly results: TaskResults,
  ) {}

  async send<R>(
    target: CallTarget,
    args: readonly unknown[],
    options?: CallOptions,
    place?: CallPlace,
  ): Promise<TaskResult<R>> {
    const parsed = this.parse(target, options, place);
    if (target.schema) await validateArguments(target.name, target.schema, withoutTrailingUndefined(args));
    return this.publish(target, parsed, 1, (call) => {
      const job = this.prepare(target, args, call);
      return { jobs: [job], sent: this.sendOne<R>(target, job, call, place) };
    });
  }

  /** With the instruments around it, if there are any. */
  private async publish<T>(
    { name: task }: CallTarget,
    call: ParsedCall,
    count: number,
    start: (call: ParsedCall) => { readonly jobs: readonly NewJob[]; readonly sent: Promise<T> },
  ): Promise<T> {
    if (!this.instruments.publishes) return start(call).sent;
    const { queue, delay } = call;
    const { value } = await this.instruments.publish({ task, queue, count, delay }, async (headers) => {
      const { jobs, sent } = start({ ...call, headers: { ...headers, ...call.headers } });
      return { ...describe(jobs), value: await sent };
    });
    return value;
  }

  private async sendOne<R>(
    target: CallTarget,
    job: NewJob,
    call: ParsedCall,
    place: CallPlace | undefined,
  ): Promise<TaskResult<R>> {
    if (place) {
      const [id = job.id] = await place.add(call.queue, [job]);
      const taken = call.taskId !== undefined && isOther(await place.payload(call.queue, job.id), job);
      return this.results.of<R>(id, taken || id !== job.id);
    }
    const add = this.adding(call.queue, job, call.taskId !== undefined);
    const addAndAsk = () =>
      add().then((id) => this.isDuplicate(call.queue, job).then((taken) => ({ id, taken })));
    const stored =
      call.taskId === undefined
        ? { id: await this.confirm(add, target.name, [job.id]), taken: false }
        : await this.confirm(addAndAsk, target.name, [job.id]);
    const duplicate = stored.taken || stored.id !== job.id;
    this.announce(target, call.queue, stored.id, duplicate);
    return this.results.of<R>(stored.id, duplicate);
  }

  /** Stores a call when it is asked to, as often as it is. */
  private adding(queue: string, job: NewJob, mayExist: boolean): () => Promise<string> {
    if (!job.dedup) return () => this.broker.enqueue(queue, job);
    let tried = mayExist;
    return () => {
      const placing = placeCall(this.broker, queue, job, () => this.clock.now(), tried);
      tried = true;
      return placing;
    };
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
    const parsed = this.parse(target, options, place);
    if (target.schema) {
      for (const args of calls)
        await validateArguments(target.name, target.schema, withoutTrailingUndefined(args));
    }
    return this.publish(target, parsed, calls.length, (call) => {
      const jobs = calls.map((args) => this.prepare(target, args, call));
      return { jobs, sent: this.sendAll<R>(target, jobs, call, place) };
    });
  }

  private async sendAll<R>(
    target: CallTarget,
    jobs: readonly NewJob[],
    call: ParsedCall,
    place: CallPlace | undefined,
  ): Promise<TaskResult<R>[]> {
    const ids = jobs.map((job) => job.id);
    const insist = <T>(attempt: () => Promise<T>) => this.confirm(attempt, target.name, ids);
    const handles: TaskResult<R>[] = [];
    for (let from = 0; from < jobs.length; from += CHUNK) {
      const chunk = jobs.slice(from, from + CHUNK);
      const stored = place
        ? await place.add(call.queue, chunk)
        : await placeCalls(this.broker, call.queue, chunk, () => this.clock.now(), insist);
      for (const [index, { id: own }] of chunk.entries()) {
        const id = stored[index] ?? own;
        if (!place) this.announce(target, call.queue, id, id !== own);
        handles.push(this.results.of<R>(id, id !== own));
      }
    }
    return handles;
  }

  /** Puts calls into a transaction, each with its own options, in one operation per queue as far as they fit. */
  async placeMany(target: CallTarget, calls: readonly SingleCall[], place: CallPlace): Promise<void> {
    const byQueue = new Map<string, { args: readonly unknown[]; call: ParsedCall }[]>();
    for (const { args, options } of calls) {
      const call = this.parse(target, options, place);
      if (target.schema) await validateArguments(target.name, target.schema, withoutTrailingUndefined(args));
      const others = byQueue.get(call.queue) ?? [];
      if (others.push({ args, call }) === 1) byQueue.set(call.queue, others);
    }
    for (const [queue, all] of byQueue) {
      const delay = all.reduce((longest, { call }) => Math.max(longest, call.delay), 0);
      const shared = { ...plainCall(queue, this.options), delay };
      await this.publish(target, shared, all.length, ({ headers }) => {
        const jobs = all.map(({ args, call }) =>
          this.prepare(target, args, { ...call, headers: { ...headers, ...call.headers } }),
        );
        return { jobs, sent: this.placeAll(queue, jobs, place) };
      });
    }
  }

  private async placeAll(queue: string, jobs: readonly NewJob[], place: CallPlace): Promise<void> {
    for (let from = 0; from < jobs.length; from += CHUNK)
      await place.add(queue, jobs.slice(from, from + CHUNK));
  }

  /** From now on only running tasks may call others. */
  refuseOutsideCalls(): void {
    this.closed = true;
  }

  private parse(target: CallTarget, options: CallOptions | undefined, place?: CallPlace): ParsedCall {
    // A call in a transaction needs no broker, and its caller may be about to commit what goes with it.
    if (!place && this.closed && taskScope.getStore() === undefined) throw new ClientClosedError(target.name);
    if (!options && target.policy && !target.policy.debounce)
      return plainCall(target.policy.queue, this.options);
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
    const dedup = target.policy && dedupOf(target.name, target.policy, sent);
    return {
      id: callId(call.queue, call.taskId),
      name: target.name,
      envelope,
      delay: call.delay,
      priority: call.priority,
      ...(dedup && { dedup }),
      ...(this.options.queues[call.queue]?.fair && { tenant: tenantOf(target, sent) }),
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

const describe = (jobs: readonly NewJob[]): Publication => ({
  ids: jobs.map(({ id }) => id),
  size: jobs.reduce((total, { envelope }) => total + jsonSize(envelope), 0),
});

/** Whose turn it is when callers take turns. @throws {@link InvalidKeyError} */
function tenantOf({ name, policy }: CallTarget, args: readonly unknown[]): string {
  return policy?.fairBy ? keyFrom(name, 'fairBy', policy.fairBy, args) : '';
}

/** An omitted optional argument arrives as undefined; JSON would turn it into null. */
function withoutTrailingUndefined(args: readonly unknown[]): readonly unknown[] {
  let length = args.length;
  while (length > 0 && args[length - 1] === undefined) length--;
  return length === args.length ? args : args.slice(0, length);
}
