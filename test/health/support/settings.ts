import type { TasksModuleOptions } from '../../../src/index.js';

const VARIABLE = 'CELERIAC_TEST_HEALTH';

export const workerEnvironment = (options: TasksModuleOptions): NodeJS.ProcessEnv => ({
  ...process.env,
  [VARIABLE]: JSON.stringify(options),
});

export const readSettings = (): TasksModuleOptions =>
  JSON.parse(process.env[VARIABLE] ?? '') as TasksModuleOptions;
