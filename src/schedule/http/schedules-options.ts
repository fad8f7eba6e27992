import { accessToken } from '../../tasks/access/access-token.js';
import type { AsyncOptions } from '../../tasks/options/async-options.js';
import { type Fields, parseFields, text } from '../../tasks/options/option-parsers.js';

/** What SchedulesModule can be told by another provider. @publicApi */
export interface SchedulesSettings {
  /** Who has it may look: `Authorization: Bearer <token>`. Defaults to none: only this machine may. */
  token?: string;
}

interface SchedulesRoute {
  /** Where schedules are listed. Defaults to `'schedules'`. */
  path?: string;
}

/** The options of `SchedulesModule.forRoot()`. @publicApi */
export type SchedulesModuleOptions = SchedulesSettings & SchedulesRoute;

/** A provider that makes the settings: `useClass` and `useExisting` of `forRootAsync`. @publicApi */
export interface SchedulesSettingsFactory {
  createSchedulesSettings(): SchedulesSettings | Promise<SchedulesSettings>;
}

/** The options of `SchedulesModule.forRootAsync()`; the path stands beside the others. @publicApi */
export type SchedulesModuleAsyncOptions = SchedulesRoute &
  AsyncOptions<SchedulesSettings, SchedulesSettingsFactory>;

export const SCHEDULES_SETTINGS = Symbol('celeriac:schedules-settings');

const MODULE = 'SchedulesModule';
const FIELDS: Fields<Required<SchedulesSettings>> = { token: accessToken };

/** @throws {@link InvalidOptionError} */
export const resolveSchedulesSettings = (settings: SchedulesSettings): SchedulesSettings =>
  parseFields(settings, FIELDS, MODULE);

/** @throws {@link InvalidOptionError} */
export const schedulesPath = (path: unknown = 'schedules'): string =>
  text(/^\/?[\w./-]+$/, `Write a path, such as 'schedules'.`)(path, MODULE, 'path');
