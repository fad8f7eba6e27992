import type { Type } from '@nestjs/common';
import type { SchedulerRegistry } from '@nestjs/schedule';
import { isNotInstalled } from '../errors/is-not-installed.js';

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
    if (isNotInstalled(error, '@nestjs/schedule')) return undefined;
    throw error;
  }
}
