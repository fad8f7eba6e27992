import { randomUUID } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Broker, NewJob } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import { callId, queueOfId } from '../../tasks/call-id.js';
import { placeCall } from '../../tasks/client/place-call.js';
import { TaskSender } from '../../tasks/client/task-sender.js';
import { BrokerUnavailableError } from '../../tasks/errors/broker.errors.js';
import { CeleriacError } from '../../tasks/errors/celeriac.error.js';
import { TaskEvents } from '../../tasks/events/task-events.js';
import { insist } from '../../tasks/insist.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import { TaskRegistry } from '../../tasks/registry/task.registry.js';
import { ENDED, readState } from '../../tasks/result/task-state.js';
import type { TaskResult } from '../../tasks/result/task-result.js';
import type { StoredSchedule } from '../../tasks/schedule-store.js';
import { scheduleHeaders } from '../../tasks/schedule-headers.js';
import { callOptionsOf } from '../declare/resolve-schedule.js';
import { changeOf } from '../record/change-of.js';
import { readRecord, type ScheduleRecord } from '../record/schedule-record.js';
import { withDue } from '../record/upcoming.js';
import { decide, overlapped } from './decide.js';

/** Somebody else has changed the schedule meanwhile: it is theirs. */
class Overtaken extends Error {}

/** Does what is to be done with one schedule. */
@Injectable()
export class ScheduleFiring {
  private readonly logger = new Logger('Scheduler');

  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly registry: TaskRegistry,
    private readonly sender: TaskSender,
    private readonly events: TaskEvents,
  ) {}

  /** One that is due. @param now the store's time */
  async attend(stored: StoredSchedule, now: number): Promise<void> {
    const { id, revision } = stored;
    const record = readRecord(stored.record);
    if (!record) return;
    const decision = decide(id, record, now);
    if (decision.kind === 'remove') return void (await this.broker.schedules.remove(id, revision));
    if (decision.kind === 'rest') return this.write(stored, decision.record);
    const { slot } = decision;
    if (record.definition.overlap !== 'allow' && (await this.isRunning(record, now)))
      return this.write(stored, overlapped(id, record, slot, now));
    await this.fireSlot(stored, decision.record, slot, now);
  }

  /** A run that is none of its slots. @throws what `delay` throws; undefined: it was changed meanwhile */
  async runNow(
    stored: StoredSchedule,
    record: ScheduleRecord,
    now: number,
  ): Promise<TaskResult<unknown> | undefined> {
    return this.fire(stored, { ...record, fired: record.fired + 1 }, null, now);
  }

  private async fireSlot(
    stored: StoredSchedule,
    next: ScheduleRecord,
    slot: number,
    now: number,
  ): Promise<void> {
    try {
      await this.fire(stored, next, slot, now);
    } catch (error) {
      if (!(error instanceof CeleriacError) || error instanceof BrokerUnavailableError) throw error;
      // It would be refused again and again.
      this.logger.error(
        `The slot ${new Date(slot).toISOString()} of the schedule "${stored.id}" has no run: ${error.message}`,
      );
      await this.write(stored, { ...next, fired: next.fired - 1, missed: { from: slot, to: slot } });
    }
  }

  private async fire(
    stored: StoredSchedule,
    next: ScheduleRecord,
    slot: number | null,
    now: number,
  ): Promise<TaskResult<unknown> | undefined> {
    const { id: schedule } = stored;
    const { definition } = next;
    const { task, queue, args } = definition;
    const taskId = `schedule.${schedule}.${slot === null ? randomUUID() : stamp(slot)}`;
    const call = callId(queue, taskId);
    const record = withDue(schedule, { ...next, last: { slot, at: now, call } }, now);
    const target = this.registry.get(task) ?? { name: task };
    const headers = scheduleHeaders(schedule, slot, definition.when);
    const place = {
      add: async (_: string, jobs: readonly NewJob[]) => [
        await this.store(stored, record, jobs[0] as NewJob, now),
      ],
      payload: async () => undefined,
    };
    try {
      const result = await this.sender.send(
        target,
        args,
        { ...callOptionsOf(definition), taskId, headers },
        place,
      );
      this.announce(schedule, record, result.id, slot);
      return result;
    } catch (error) {
      if (error instanceof Overtaken) return undefined;
      throw error;
    }
  }

  /** Stores the call together with the change of the schedule, once, however often it is tried. */
  private async store(
    { id, revision }: StoredSchedule,
    record: ScheduleRecord,
    job: NewJob,
    now: number,
  ): Promise<string> {
    const { queue } = record.definition;
    const { schedules } = this.broker;
    const stored = await this.insist('a scheduled call', async () => {
      const fired = await schedules.fire(changeOf(id, revision, record), job);
      if (fired !== undefined) return fired;
      // An answer that was lost is told from another's change by what the schedule has come to.
      const found = readRecord((await schedules.get(id)).schedule?.record)?.last;
      return found?.call === record.last?.call && found?.at === record.last?.at ? job.id : undefined;
    });
    if (stored === undefined) throw new Overtaken();
    if (stored === job.id || !job.dedup) return stored;
    // A call like it keeps it away, if it may.
    return this.insist('a scheduled call', () => placeCall(this.broker, queue, job, () => now, true));
  }

  private async isRunning({ last }: ScheduleRecord, now: number): Promise<boolean> {
    if (!last) return false;
    const queue = queueOfId(last.call);
    const call = await this.insist('the run of a schedule', () => this.broker.read(queue, last.call));
    return call !== null && !ENDED.has(readState(call, queue, now).state);
  }

  private async write({ id, revision }: StoredSchedule, record: ScheduleRecord): Promise<void> {
    await this.insist('a schedule', () => this.broker.schedules.change(changeOf(id, revision, record)));
  }

  private insist<T>(what: string, operation: () => Promise<T>): Promise<T> {
    return insist(this.broker, what, this.options.enqueueTimeout, operation);
  }

  private announce(
    schedule: string,
    { definition, last }: ScheduleRecord,
    id: string,
    slot: number | null,
  ): void {
    const { task, queue, when } = definition;
    const duplicate = id !== last?.call;
    this.events.emit('sent', { id, task, queue, duplicate });
    if (!duplicate) this.events.emit('scheduled', { id, task, queue, schedule, slot, when });
  }
}

/** `20261129T030000Z`: ids have no colons. */
const stamp = (slot: number): string =>
  new Date(slot).toISOString().replace(/[-:]/g, '').replace('.000Z', 'Z');
