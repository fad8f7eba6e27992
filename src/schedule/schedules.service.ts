import { Inject, Injectable } from '@nestjs/common';
import { isDeepStrictEqual } from 'node:util';
import type { Broker } from '../tasks/broker-port.js';
import { BROKER } from '../tasks/broker-token.js';
import { queueOfId } from '../tasks/call-id.js';
import { InvalidOptionError } from '../tasks/errors/configuration.errors.js';
import { insist } from '../tasks/insist.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../tasks/options/resolve-module-options.js';
import { TaskRegistry } from '../tasks/registry/task.registry.js';
import { readState } from '../tasks/result/task-state.js';
import type { TaskResult } from '../tasks/result/task-result.js';
import type { StoredSchedule } from '../tasks/schedule-store.js';
import { resolveSchedule, scheduleId } from './declare/resolve-schedule.js';
import type { NewSchedule } from './declare/schedule-options.js';
import { choreInfo } from './housekeeping/chore-info.js';
import { choresOf } from './housekeeping/chores-of.js';
import { ScheduleFiring } from './firing/schedule-firing.js';
import { Scheduler } from './firing/scheduler.js';
import { type ScheduleInfo, scheduleInfo } from './schedule-info.js';
import { changeOf } from './record/change-of.js';
import { newRecord, readRecord, type ScheduleRecord } from './record/schedule-record.js';
import { withDue } from './record/upcoming.js';
import { DeclaredScheduleError, ScheduleContendedError, UnknownScheduleError } from './schedule.errors.js';
import { timesDiffer } from './sync/plan-sync.js';

/** Others change the same schedule at the same time; each has its turn. */
const MOST_TRIES = 50;

/** A change of a record, given the store's time; the same record: there is nothing to change. */
type Edit = (record: ScheduleRecord | undefined, now: number) => ScheduleRecord;

/**
 * The schedules of the cluster: to look at, to make and change at run time, to pause. What is made here is kept in the
 * broker, and outlives every process. Celery: django-celery-beat.
 *
 * Each method answers within `enqueueTimeout`, or throws `BrokerUnavailableError`.
 *
 * @publicApi
 */
@Injectable()
export class Schedules {
  constructor(
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    private readonly registry: TaskRegistry,
    private readonly firing: ScheduleFiring,
    private readonly scheduler: Scheduler,
  ) {}

  /**
   * Makes a schedule, or changes the one with this id. What is the same as before changes nothing; with other times it
   * begins anew, and its first slot is after now.
   *
   * @throws {@link InvalidOptionError}, {@link UndeclaredQueueError}, {@link DeclaredScheduleError}
   */
  async upsert(id: string, { task, ...request }: NewSchedule): Promise<ScheduleInfo> {
    const subject = `schedule "${id}"`;
    scheduleId(id, subject, 'id');
    const known = this.registry.get(task);
    const definition = resolveSchedule(subject, request, known ?? { name: task }, this.options);
    return this.edit(id, (record, now) => {
      if (record?.owner === 'code') throw new DeclaredScheduleError(id);
      if (record && isDeepStrictEqual(record.definition, definition)) return record;
      if ('at' in definition.when && definition.when.at <= now)
        throw new InvalidOptionError(
          subject,
          'at',
          `is ${new Date(definition.when.at).toISOString()}, which is past`,
          'Call the task itself: .delay().',
        );
      if (!record) return newRecord('run time', definition, now);
      if (!timesDiffer(record.definition, definition)) return { ...record, definition };
      return { ...record, definition, cursor: now, waiting: false, fired: 0 };
    });
  }

  /** False: there was none. @throws {@link DeclaredScheduleError} */
  async remove(id: string): Promise<boolean> {
    for (let round = 0; round < MOST_TRIES; round++) {
      const [stored, record] = await this.read(id);
      if (!stored) return round > 0;
      if (record?.owner === 'code') throw new DeclaredScheduleError(id);
      if (await this.insist(() => this.broker.schedules.remove(id, stored.revision))) return true;
    }
    throw new ScheduleContendedError(id, MOST_TRIES);
  }

  /** It has no run until it is resumed, also across deploys. @throws {@link UnknownScheduleError} */
  pause(id: string): Promise<ScheduleInfo> {
    return this.edit(id, (record) => {
      if (!record) throw new UnknownScheduleError(id);
      return record.paused ? record : { ...record, paused: true };
    });
  }

  /** Its next slot is after now: what it was paused for is not made up for. @throws {@link UnknownScheduleError} */
  resume(id: string): Promise<ScheduleInfo> {
    return this.edit(id, (record, now) => {
      if (!record) throw new UnknownScheduleError(id);
      return record.paused
        ? { ...record, paused: false, cursor: Math.max(record.cursor, now), waiting: false }
        : record;
    });
  }

  /** Calls its task now, beside its slots; also while it is paused. @throws {@link UnknownScheduleError} */
  async runNow(id: string): Promise<TaskResult<unknown>> {
    for (let round = 0; round < MOST_TRIES; round++) {
      const [stored, record, now] = await this.read(id);
      if (!stored || !record) throw new UnknownScheduleError(id);
      const result = await this.firing.runNow(stored, record, now);
      if (result) return result;
    }
    throw new ScheduleContendedError(id, MOST_TRIES);
  }

  async get(id: string): Promise<ScheduleInfo | undefined> {
    const [, record, now] = await this.read(id);
    return record && this.describe(id, record, now);
  }

  /** All of them, by id, and what this package does by itself every so often (owner `package`), since it first did. */
  async list(): Promise<ScheduleInfo[]> {
    const [{ schedules, now }, beats] = await this.insist(() =>
      Promise.all([this.broker.schedules.all(), this.broker.presence.beats()]),
    );
    const described = schedules.flatMap(({ id, record }) => {
      const read = readRecord(record);
      return read ? [this.describe(id, read, now)] : [];
    });
    const infos = [...(await Promise.all(described)), ...choresOf(beats).map(choreInfo)];
    return infos.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  private async edit(id: string, change: Edit): Promise<ScheduleInfo> {
    for (let round = 0; round < MOST_TRIES; round++) {
      const [stored, record, now] = await this.read(id);
      const edited = change(record, now);
      if (edited === record) return this.describe(id, edited, now);
      const next = withDue(id, edited, now);
      const revision = stored?.revision ?? 0;
      const write = () => this.broker.schedules.change(changeOf(id, revision, next));
      if (!(await this.insist(write))) continue;
      this.scheduler.wake();
      return this.describe(id, next, now);
    }
    throw new ScheduleContendedError(id, MOST_TRIES);
  }

  private async read(
    id: string,
  ): Promise<readonly [StoredSchedule | undefined, ScheduleRecord | undefined, number]> {
    const { schedule, now } = await this.insist(() => this.broker.schedules.get(id));
    return [schedule, readRecord(schedule?.record), now];
  }

  private async describe(id: string, record: ScheduleRecord, now: number): Promise<ScheduleInfo> {
    const call = record.last?.call;
    if (call === undefined) return scheduleInfo(id, record, undefined, now);
    const queue = queueOfId(call);
    const job = await this.insist(() => this.broker.read(queue, call));
    return scheduleInfo(id, record, job ? readState(job, queue, now).state : 'forgotten', now);
  }

  private insist<T>(operation: () => Promise<T>): Promise<T> {
    return insist(this.broker, 'the schedules', this.options.enqueueTimeout, operation);
  }
}
