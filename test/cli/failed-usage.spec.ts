import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TasksModuleOptions } from '../../src/index.js';
import { CHANGE_OPTIONS, LIST_OPTIONS } from '../../src/cli/failed/failed-options.js';
import { NO_TASKS } from './support/application.js';
import { FAILED_APP, runFailed } from './support/failed-application.js';

const APP = ['--app', FAILED_APP];

describe('celeriac failed', () => {
  it('tells its commands, and the options of each', async () => {
    const [commands, options] = await Promise.all([runFailed(['--help']), runFailed(['discard', '-h'])]);
    expect(commands).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/ list +[^]* show +[^]* retry +/),
    });
    expect(options.code).toBe(0);
    for (const option of Object.keys(CHANGE_OPTIONS)) expect(options.stdout).toContain(`--${option} `);
  });

  it('refuses what it does not understand', async () => {
    const { code, stdout, output } = await runFailed(['list', ...APP, '--taks', 'a']);
    expect(output).toMatch(/"--taks" is unknown\. Did you mean "--task"\?\nTry: celeriac failed list --help/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('refuses an application without tasks, and a queue that is none', async () => {
    const options: TasksModuleOptions = {
      broker: { type: 'redis', url: process.env['REDIS_URL'] ?? '' },
      queues: { default: {}, other: {} },
    };
    const [noTasks, noQueue] = await Promise.all([
      runFailed(['list', '--app', NO_TASKS]),
      runFailed(['list', ...APP, '--queue', 'nope'], options),
    ]);
    expect(noTasks).toMatchObject({
      code: 1,
      output: expect.stringContaining('does not import TasksModule'),
    });
    expect(noQueue).toMatchObject({
      code: 1,
      stdout: '',
      output: expect.stringContaining('the queue "nope"'),
    });
  });
});

describe('docs/cli.md', () => {
  const page = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');
  it.each(Object.entries({ ...LIST_OPTIONS, ...CHANGE_OPTIONS }))('tells of --%s', (name, option) => {
    const value = 'value' in option ? ` ${option.value.replace('|', '\\|')}` : '';
    expect(page).toContain(`\`--${name}${value}\``);
  });
});
