import type { TasksModuleOptions } from '../../../src/index.js';

/** What the fixture application is told by its environment. */
export interface AppSettings {
  readonly options: TasksModuleOptions;
  /** The file to which tasks write what they do. */
  readonly journal: string;
  /** If this file is there, the application does not start. */
  readonly broken: string;
}

const VARIABLE = 'CELERIAC_TEST_APP';

export const appEnvironment = (settings: AppSettings): NodeJS.ProcessEnv => ({
  [VARIABLE]: JSON.stringify(settings),
});

export function readAppSettings(): AppSettings {
  const told = process.env[VARIABLE];
  if (told === undefined) throw new Error(`${VARIABLE} is not set`);
  return JSON.parse(told) as AppSettings;
}
