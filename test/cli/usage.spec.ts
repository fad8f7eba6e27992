import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WORKER_OPTIONS } from '../../src/cli/worker/worker-options.js';
import { APP, Application, NO_TASKS } from './support/application.js';
import { run } from './support/run.js';

const root = new URL('../../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, root), 'utf8');

describe('celeriac', () => {
  it('tells its version', async () => {
    const { version } = JSON.parse(read('package.json')) as { version: string };
    expect(await run(['--version'])).toMatchObject({ code: 0, output: `${version}\n` });
  });

  it('tells its commands', async () => {
    const { code, output } = await run(['--help']);
    expect(code).toBe(0);
    expect(output).toMatch(/^Usage: celeriac <command>[^]*\n {2}worker +run tasks/);
  });

  it('tells the options of a command', async () => {
    const { code, output } = await run(['worker', '--help']);
    expect(code).toBe(0);
    for (const option of Object.keys(WORKER_OPTIONS)) expect(output).toContain(`--${option} `);
  });

  it.each([
    [[], /Usage: celeriac <command>/],
    [
      ['wroker'],
      /"wroker" is not a command\. There is: worker, failed, schedules, email, health\.\nTry: celeriac --help/,
    ],
    [['worker'], /option "--app" is missing\.\nTry: celeriac worker --help/],
    [['worker', '--app', APP, '--quues', 'a'], /option "--quues" is unknown\. Did you mean "--queues"\?/],
  ])('%j is refused as usage', async (args, message) => {
    const { code, output } = await run(args);
    expect(output).toMatch(message);
    expect(code).toBe(2);
  });

  it('ends with the reason if there is no such file', async () => {
    const { code, output } = await run(['worker', '--app', 'dist/nowhere.js']);
    expect(output).toMatch(/option "--app" names .*dist\/nowhere\.js, which does not exist/);
    expect(code).toBe(1);
  });

  it.each([
    [['--queues', 'nope'], /could not start\. .*uses the queue "nope", which TasksModule does not declare/],
    [['--app', NO_TASKS], /could not start\. .*does not import TasksModule/],
    [['--processes', '2', '--app', `${APP}#Nope`], /could not start\. .*has no export "Nope"/],
  ])('ends with the reason if worker processes cannot start: %j', async (args, message) => {
    const app = await Application.start('redis');
    const command = app.worker(...args);
    expect(await command.exited).toBe(1);
    await command.wrote(message);
  });
});

describe('docs/cli.md', () => {
  it.each(Object.entries(WORKER_OPTIONS))('tells of --%s', (name, { value }) => {
    expect(read('docs/cli.md')).toContain(`\`--${name} ${value.replace('|', '\\|')}\``);
  });
});
