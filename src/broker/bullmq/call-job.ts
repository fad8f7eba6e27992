import { Job, type KeepJobs } from 'bullmq';

/**
 * A BullMQ Job that completes without detours: BullMQ's own asks whether its worker is ready, which one that has
 * fetched a job is, and looks for telemetry, which Celeriac does not set. {@link CallWorker} tells why that matters.
 */
export class CallJob extends Job<unknown, unknown, string> {
  override async moveToCompleted(value: unknown, token: string, fetchNext = true): Promise<void | unknown[]> {
    const kept = this.opts.removeOnComplete as KeepJobs;
    const { result, finishedOn } = await this.backend.moveToCompleted(this, value, kept, token, fetchNext);
    this.returnvalue = value;
    this.finishedOn = finishedOn;
    this.attemptsMade += 1;
    return result;
  }
}
