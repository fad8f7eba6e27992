import type { TasksModuleOptions } from '../../../src/index.js';

/** What a fixture application is told by its environment. */
export interface FixtureSettings {
  readonly options: TasksModuleOptions;
  /** The file of the ledger. */
  readonly ledger: string;
}

const VARIABLE = 'CELERIAC_TEST_ROLLING';

export const fixtureEnvironment = (settings: FixtureSettings): NodeJS.ProcessEnv => ({
  [VARIABLE]: JSON.stringify(settings),
});

export function readFixtureSettings(): FixtureSettings {
  const told = process.env[VARIABLE];
  if (told === undefined) throw new Error(`${VARIABLE} is not set`);
  return JSON.parse(told) as FixtureSettings;
}
