import {
  type BackendFactory,
  type IQueueBackend,
  type Job,
  type JobJson,
  type KeepJobs,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import type { Settlement } from '../../tasks/broker-port.js';
import { encodeSnooze } from '../../tasks/envelope/stored-outcome.js';

type AnyJob = Job<unknown, unknown, string>;
/** What the store answers when it also gives the next job. */
type NextJob = [data?: JobJson, id?: string, limitDelay?: number, delayUntil?: number];
type Next = AnyJob | void | Promise<AnyJob | void>;
type Unfinished = Exclude<Settlement, { kind: 'complete' }>;

/** What a {@link CallWorker} asks of the consumer it works for. */
export interface CallHandler {
  deliver(job: AnyJob): Promise<Settlement>;
  /** Settles what is not complete; throws what BullMQ is to make of it. */
  settle(job: AnyJob, token: string, settlement: Unfinished): Promise<never>;
  /** Told once per call. */
  lockLost(id: string, name: string): void;
}

/** How long a call waits for its earlier run in this process to end, before it is looked at again. */
const POSTPONEMENT = 1_000;

/** What stands in for a payload that is not JSON, so that the call can be quarantined like any other. */
const unreadablePayload = (payload: string): string =>
  JSON.stringify({ unreadable: payload.slice(0, 1_000) });

/**
 * A BullMQ Worker that survives what BullMQ's own does not: jobs whose payload is not JSON, which it meets again and
 * again, and a job that comes back while its earlier run here, whose lock was lost, goes on. BullMQ keeps locks by job
 * id: the end of the earlier run would stop the renewal of the later one's, which would be lost in turn, and so on.
 */
export class CallWorker extends Worker<unknown, unknown, string, IQueueBackend> {
  /** Calls from their fetch until they are settled. */
  private readonly underway = new Map<
    string,
    { readonly name: string; lockLost: boolean; lockLeft: boolean }
  >();

  constructor(
    queue: string,
    private readonly handler: CallHandler,
    options: WorkerOptions,
    backendFactory: BackendFactory<IQueueBackend>,
  ) {
    // BullMQ wants a processor; processJob does without. A third parameter would cost an AbortController per job.
    super(queue, (job) => handler.deliver(job), options, backendFactory);
    this.on('lockRenewalFailed', (ids) => ids.forEach((id) => this.loseLock(id)));
  }

  /** Renews the lock of a call no longer, and does not miss it. */
  leaveLock(id: string): void {
    const call = this.underway.get(id);
    if (call) call.lockLeft = true;
    this.lockManager.untrackJob(id);
  }

  /** Goes on renewing the lock of a call that is underway, from now on. */
  keepLock(id: string, token: string): void {
    const call = this.underway.get(id);
    if (!call || call.lockLost) return;
    call.lockLeft = false;
    // As if it had last been renewed long ago: it is renewed at the next turn.
    this.lockManager.trackJob(id, token, 1);
  }

  /** The task's name of a call that is underway. */
  nameOf(id: string): string | undefined {
    return this.underway.get(id)?.name;
  }

  /**
   * What BullMQ's own comes to for jobs of ours, in a third of the promises: telemetry is not set, jobs have no
   * children and no schedule, what may be tried again when a job is settled has been, by {@link settlePersistently},
   * and the next job is taken on here rather than by way of the main loop. Promises are dear: once a task has run,
   * Node 20 keeps track of every one in the process for AsyncLocalStorage.
   */
  override async processJob(
    first: AnyJob,
    token: string,
    fetchNext: () => boolean = () => true,
  ): Promise<AnyJob | void> {
    for (let job: AnyJob | void = first; job;) {
      const id = String(job.id);
      if (this.underway.has(id)) return this.postpone(id, token);
      this.underway.set(id, { name: job.name, lockLost: false, lockLeft: false });
      this.lockManager.trackJob(id, token, job.processedOn ?? Date.now());
      try {
        const settlement = await this.handler.deliver(job);
        // From here on the store tells whether the lock held; a renewal that comes too late would tell otherwise.
        this.leaveLock(id);
        if (settlement.kind !== 'complete') await this.handler.settle(job, token, settlement);
        else {
          if (this.backend.closing) return;
          const more = fetchNext() && !this.closing && !this.paused;
          const kept = job.opts.removeOnComplete as KeepJobs;
          const { result }: { result: void | unknown[] } = await this.backend.moveToCompleted(
            job,
            settlement.value,
            kept,
            token,
            more,
          );
          const next: Next = result && this.nextJob(result as NextJob, token);
          job = next instanceof Promise ? await next : next;
        }
      } catch (error) {
        this.lockManager.untrackJob(id);
        job = await this.handleFailed(error as Error, job as AnyJob, token, fetchNext).catch(
          (failure: unknown) => this.report(failure as Error),
        );
      } finally {
        this.underway.delete(id);
      }
    }
  }

  /** BullMQ's own looks for a schedule to continue. */
  private nextJob(next: NextJob, token: string): Next {
    const [data, id, limitDelay, delayUntil] = next;
    this['updateDelays'](limitDelay, delayUntil);
    // The last job before a quiet time and the first one after go through BullMQ's hands: it takes note of both.
    if (!data || !id || this['drained'] || data.repeatJobKey) return this.nextJobFromJobData(data, id, token);
    const job = this.createJob(data, id);
    job.token = token;
    return job;
  }

  protected override createJob(data: JobJson, jobId: string): AnyJob {
    try {
      return super.createJob(data, jobId);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return super.createJob({ ...data, data: unreadablePayload(data.data), returnvalue: 'null' }, jobId);
    }
  }

  private report(error: Error): void {
    if (!this.paused && !this.closing) this.emit('error', error);
  }

  private async postpone(id: string, token: string): Promise<void> {
    this.loseLock(id);
    const fieldsToUpdate = { failedReason: encodeSnooze('its earlier run has not ended') };
    try {
      await this.backend.moveToDelayed(id, Date.now(), POSTPONEMENT, token, {
        skipAttempt: true,
        fieldsToUpdate,
      });
    } catch (error) {
      this.emit('error', error as Error);
    }
  }

  /** A lost lock is told once, and no longer renewed. */
  private loseLock(id: string): void {
    const call = this.underway.get(id);
    if (!call || call.lockLost || call.lockLeft) return;
    call.lockLost = true;
    this.lockManager.untrackJob(id);
    this.handler.lockLost(id, call.name);
  }
}
