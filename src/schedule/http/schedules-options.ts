import { type Fields, parseFields, text } from '../../tasks/options/option-parsers.js';

/** @publicApi */
export interface SchedulesModuleOptions {
  /** Where schedules are listed. Defaults to `'schedules'`. */
  path?: string;
  /** Who has it may look. Without one, only this machine may. */
  token?: string;
}

export const SCHEDULES_SETTINGS = Symbol('celeriac:schedules-settings');

const FIELDS: Fields<Required<SchedulesModuleOptions>> = {
  path: text(/^\/?[\w./-]+$/, `Write a path, such as 'schedules'.`),
  token: text(/^[\x21-\x7e]+$/, 'Use printable ASCII without spaces.'),
};

/** @throws {@link InvalidOptionError} */
export const resolveSchedulesOptions = (options: SchedulesModuleOptions): SchedulesModuleOptions =>
  parseFields(options, FIELDS, 'SchedulesModule');
