import {
  type BackendFactory,
  type IQueueBackend,
  type Job,
  type JobJson,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { encodeSnooze } from '../../tasks/envelope/stored-outcome.js';
import { CallJob } from './call-job.js';

type AnyJob = Job<unknown, unknown, string>;
type NextJob = [data?: JobJson, id?: string, token?: string];

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
  private readonly underway = new Map<string, { readonly name: string; lockLost: boolean }>();
  /** The last fetch found nothing. */
  private quiet = true;

  constructor(
    queue: string,
    processor: (job: AnyJob, token?: string) => Promise<unknown>,
    options: WorkerOptions,
    backendFactory: BackendFactory<IQueueBackend>,
    private readonly onLockLost: (id: string, name: string) => void,
  ) {
    super(queue, processor, options, backendFactory);
    this.on('lockRenewalFailed', (ids) => ids.forEach((id) => this.loseLock(id)));
  }

  /** The task's name of a call that is underway. */
  nameOf(id: string): string | undefined {
    return this.underway.get(id)?.name;
  }

  /**
   * What BullMQ's own comes to for a job of ours, in half the promises: telemetry is not set, no child can have doomed
   * the job, and what may be tried again when it is settled has been, by {@link settlePersistently}. Promises are
   * dear: once a task has run, Node keeps track of every one in the process for AsyncLocalStorage.
   */
  override async processJob(
    job: AnyJob,
    token: string,
    fetchNext: () => boolean = () => true,
  ): Promise<AnyJob | void> {
    const id = String(job.id);
    if (this.underway.has(id)) return this.postpone(id, token);
    this.underway.set(id, { name: job.name, lockLost: false });
    this.lockManager.trackJob(id, token, job.processedOn ?? Date.now());
    try {
      const value = await this.callProcessJob(job, token);
      this.lockManager.untrackJob(id);
      return await this.handleCompleted(value, job, token, fetchNext);
    } catch (error) {
      this.lockManager.untrackJob(id);
      return await this.handleFailed(error as Error, job, token, fetchNext).catch((failure: unknown) =>
        this.report(failure as Error),
      );
    } finally {
      this.underway.delete(id);
    }
  }

  /** BullMQ's own looks for a schedule to continue; jobs of ours have none. */
  protected override async nextJobFromJobData(...next: NextJob): Promise<AnyJob> {
    const [data, id, token] = next;
    // The first job after a quiet time goes through BullMQ's hands: it notes that there is work again.
    const first = this.quiet;
    this.quiet = !data;
    if (!data || !id || first || data.repeatJobKey) return super.nextJobFromJobData(...next);
    const job = this.createJob(data, id);
    job.token = token;
    this.emit('active', job, 'waiting');
    return job;
  }

  protected override get Job(): typeof Job {
    return CallJob as unknown as typeof Job;
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
    if (!call || call.lockLost) return;
    call.lockLost = true;
    this.lockManager.untrackJob(id);
    this.onLockLost(id, call.name);
  }
}
