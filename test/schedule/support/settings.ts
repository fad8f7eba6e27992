import type { Every, ScheduleBehaviour, TasksModuleOptions } from '../../../src/index.js';

/** A schedule that a scheduler process declares. */
export interface Declared extends Pick<ScheduleBehaviour, 'misfire' | 'misfireAfter' | 'overlap' | 'tz'> {
  readonly id: string;
  readonly when: string | Every;
  /** Defaults to the id. */
  readonly with?: string;
}

export interface Settings {
  readonly options: TasksModuleOptions;
  /** Where runs are written. */
  readonly file: string;
  readonly declares: readonly Declared[];
  /** How likely the process is to be killed right after it has taken schedules, or fired a slot. Defaults to 0. */
  readonly deadly?: number;
}

const VARIABLE = 'CELERIAC_TEST_SCHEDULES';

export const environment = (settings: Settings): NodeJS.ProcessEnv => ({
  ...process.env,
  [VARIABLE]: JSON.stringify(settings),
});

export const readSettings = (): Settings => JSON.parse(process.env[VARIABLE] ?? '') as Settings;
