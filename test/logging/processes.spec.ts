import { fileURLToPath } from 'node:url';
import { beforeAll, afterAll, describe, expect, it } from 'vitest';
import { type TasksModuleOptions, TasksService } from '../../src/index.js';
import { appEnvironment } from '../cli/support/app-settings.js';
import { Command } from '../cli/support/command.js';
import { bootApp, type TestApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import { type JsonLine, jsonLines } from './support/json-lines.js';

const APP = fileURLToPath(new URL('./fixtures/talkative-app.js', import.meta.url));
const SECRETS = ['hunter2', 'tok-3f9a', 'key-77aa', 'bob.o', 'c00kie', 'p4ss'];

describe.each(['async', 'prefork'])('what processes write, pool %s', (pool) => {
  let producer: TestApp;
  let command: Command;
  let options: TasksModuleOptions;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    const broker = brokerOptions({ broker: 'redis', lying: false });
    options = { broker, namespace: newNamespace(), queues: { default: {} } };
    producer = await bootApp(options, []);
    command = Command.run(
      ['worker', '--app', APP, '--pool', pool, '--concurrency', '1', '--log-format', 'json'],
      appEnvironment({ options, journal: '', broken: '' }),
    );
    for (const task of ['talks', 'fails', 'tells']) {
      const result = await producer.get(TasksService).call(task, [], { queue: 'default' });
      ids[task] = result.id;
      await until(async () => (await result.state())?.finishedAt);
    }
    await command.stop();
    await command.closed;
  });
  afterAll(async () => {
    await command.kill();
    await producer.close();
    await eraseNamespace(options.broker, options.namespace ?? '');
  });

  const of = (task: string): JsonLine[] => jsonLines(command.output).filter(({ call }) => call === ids[task]);

  it('is JSON line by line, and says which process wrote it', () => {
    const lines = jsonLines(command.output);
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.every(({ process, level, message }) => process && level && message !== undefined)).toBe(
      true,
    );
  });

  it('names the call inside a task, whoever writes', () => {
    const facts = { task: 'talks', call: ids['talks'], attempt: 1, queue: 'default' };
    const within = of('talks').filter(({ context }) => context !== 'Tasks');
    expect(within.map(({ message }) => message)).toEqual(['begins', 'part 1', 'part 2', 'ends']);
    for (const line of within) expect(line).toMatchObject(facts);
    expect(within.map(({ context }) => context)).toEqual(
      expect.arrayContaining(['TalkativeTasks', 'Library']) as unknown,
    );
    expect(new Set(within.map(({ process }) => process?.split(' ')[0]))).toEqual(
      new Set([pool === 'prefork' ? 'child' : 'worker']),
    );
    // What is written outside names none.
    expect(
      jsonLines(command.output).some(({ call, context }) => call === undefined && context === 'Worker'),
    ).toBe(true);
  });

  it('is one line for each outcome, with its times', () => {
    const outcomes = (task: string) => of(task).filter(({ outcome }) => outcome);
    expect(outcomes('talks')).toMatchObject([
      {
        level: 'log',
        outcome: 'succeeded',
        context: 'Tasks',
        waitedMs: expect.any(Number),
        ranMs: expect.any(Number),
      },
    ]);
    // Nobody need be woken by an error that is expected.
    expect(
      outcomes('fails').map(({ level, outcome, attempt, stack }) => [level, outcome, attempt, stack]),
    ).toEqual([
      ['warn', 'retried', 1, undefined],
      ['warn', 'failed', 2, undefined],
    ]);
    expect(outcomes('tells')).toMatchObject([
      { level: 'error', outcome: 'failed', stack: expect.stringContaining('at ') },
    ]);
  });

  it('holds no secret and no address', () => {
    expect(of('tells').length).toBeGreaterThanOrEqual(7);
    for (const secret of SECRETS) expect(command.output).not.toContain(secret);
  });
});
