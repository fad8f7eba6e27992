import { Inject, Injectable, type Type } from '@nestjs/common';
import { InvalidOptionError } from '../../tasks/errors/configuration.errors.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import { TaskExplorer, type DiscoveredTask } from '../../tasks/registry/task.explorer.js';
import { locationOf } from '../../tasks/registry/task-definition.js';
import { declaredTasks, methodsOf } from '../../tasks/decorators/task-metadata.js';
import type { ScheduleDefinition } from '../record/schedule-definition.js';
import { DuplicateScheduleError } from '../schedule.errors.js';
import { resolveSchedule, scheduleId } from './resolve-schedule.js';
import { scheduleDeclarations } from './scheduled.decorator.js';

/** Finds the schedules that the code of this application declares. */
@Injectable()
export class ScheduleExplorer {
  constructor(
    private readonly tasks: TaskExplorer,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
  ) {}

  /**
   * @throws {@link InvalidOptionError}, {@link DuplicateScheduleError}
   */
  explore(discovered: readonly DiscoveredTask[]): ReadonlyMap<string, ScheduleDefinition> {
    this.refuseWithoutTask();
    const found = new Map<string, ScheduleDefinition>();
    for (const { definition } of discovered) {
      const declared = scheduleDeclarations(methodOf(definition));
      for (const { when, options } of declared) {
        const where = locationOf(definition);
        const id = idOf(options.id, definition.name, declared.length, where);
        const other = found.get(id);
        if (other) throw new DuplicateScheduleError(id, other.task, definition.name);
        const subject = `schedule "${id}" (${where})`;
        found.set(id, resolveSchedule(subject, { ...options, when }, definition, this.options));
      }
    }
    return found;
  }

  private refuseWithoutTask(): void {
    for (const classRef of this.tasks.classes()) {
      for (const name of methodsOf(classRef)) {
        const method = (classRef.prototype as Record<string, object>)[name];
        if (!method || scheduleDeclarations(method).length === 0 || isTask(classRef, name)) continue;
        throw new InvalidOptionError(
          `${classRef.name}.${name}`,
          '@Scheduled',
          'decorates a method that is no task',
          'Add @Task(), or use @Cron of @nestjs/schedule for what every process is to do by itself.',
        );
      }
    }
  }
}

const isTask = (classRef: Type, name: string): boolean =>
  declaredTasks(classRef).some(({ method }) => method === name);

const methodOf = ({ classRef, method }: DiscoveredTask['definition']): object =>
  (classRef.prototype as Record<string, object>)[method] as object;

function idOf(id: string | undefined, task: string, schedules: number, where: string): string {
  const subject = `@Scheduled of ${where}`;
  if (id !== undefined) return scheduleId(id, subject, 'id');
  if (schedules > 1)
    throw new InvalidOptionError(
      subject,
      'id',
      'is missing, and the task has several schedules',
      'Give each an id that it keeps.',
    );
  return scheduleId(task, subject, 'id');
}
