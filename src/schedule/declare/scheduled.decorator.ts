import 'reflect-metadata';
import type { Every, ScheduledOptions } from './schedule-options.js';

const SCHEDULED = Symbol('celeriac:scheduled');

/** A schedule as a decorator declares it. */
export interface ScheduleDeclaration {
  readonly when: string | Every;
  readonly options: ScheduledOptions;
}

/**
 * Runs a task at the slots of a schedule, each once, however many processes there are. A task may have several schedules.
 * Processes that fire schedules (see `scheduler` of TasksModule) keep the broker's schedules as the code declares them: one
 * that is gone from the code is removed, one that is new has its first slot after the deploy.
 *
 * ```ts
 * @Scheduled('0 3 * * *', { id: 'nightly', tz: 'Europe/Berlin', with: ['all'] })
 * @Scheduled({ every: '10m' }, { id: 'often', with: ['recent'] })
 * @Task()
 * async clean(which: string) {}
 * ```
 *
 * Celery: `beat_schedule`.
 *
 * @param when a cron expression of five fields, or six with seconds first, or `{ every }`
 * @throws at boot, when an option is wrong, or the method is no task
 * @publicApi
 */
export function Scheduled<const A extends readonly unknown[] = []>(
  when: string | Every,
  options: ScheduledOptions<A> = {},
) {
  return <M extends (...args: [...A]) => unknown>(
    _target: object,
    _method: string,
    descriptor: TypedPropertyDescriptor<M>,
  ): void => {
    const method = descriptor.value as M;
    const declared = [{ when, options }, ...scheduleDeclarations(method)];
    Reflect.defineMetadata(SCHEDULED, declared, method);
  };
}

export const scheduleDeclarations = (method: object): readonly ScheduleDeclaration[] =>
  (Reflect.getMetadata(SCHEDULED, method) as ScheduleDeclaration[] | undefined) ?? [];
