import type { Type } from '@nestjs/common';
import type { SchedulerRegistry } from '@nestjs/schedule';

/** Injection token of the class of SchedulerRegistry; undefined: `@nestjs/schedule` is not installed. */
export const SCHEDULER_REGISTRY = Symbol('celeriac:scheduler-registry');

/**
 * The registry alone: to import ScheduleModule a second time makes a second explorer, and each `@Cron` of the application
 * would fire twice.
 */
export async function loadSchedulerRegistry(): Promise<Type<SchedulerRegistry> | undefined> {
  try {
    return (await import('@nestjs/schedule')).SchedulerRegistry;
  } catch (error) {
    if (isNotInstalled(error)) return undefined;
    throw error;
  }
}

/** Not one that lacks a dependency of its own: that is a broken installation, and should be known. */
const isNotInstalled = (error: unknown): boolean =>
  error instanceof Error &&
  (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' &&
  error.message.includes("'@nestjs/schedule'");
