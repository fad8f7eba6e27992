import { describe, expect, it } from 'vitest';
import { UsageError } from './errors.js';
import { listOptions, readCommandLine, readOptions } from './read-options.js';
import { WORKER_OPTIONS } from './worker/worker-options.js';

const read = (...args: string[]) => readOptions('celeriac worker', WORKER_OPTIONS, args);

describe('the options of celeriac worker', () => {
  it.each([
    [[], {}],
    [
      ['--app', 'a.js#A', '--queues', 'a, b', '--concurrency', '8', '--pool', 'prefork'],
      { app: 'a.js#A', queues: ['a', 'b'], concurrency: 8, pool: 'prefork' },
    ],
    [
      ['-A', 'a.js', '-Q', 'a', '-c', '2', '-P', 'async', '-n', '3'],
      { app: 'a.js', queues: ['a'], concurrency: 2, pool: 'async', processes: 3 },
    ],
    [['--shutdown-timeout=1m'], { 'shutdown-timeout': '1m' }],
  ])('%j are understood', (args, values) => {
    expect(read(...args)).toEqual(values);
  });

  it.each(['--help', '-h'])('%s asks for help', (flag) => {
    expect(read('--app', 'a.js', flag)).toBeUndefined();
  });

  it.each([
    [['--shutdown-timout', '1s'], /"--shutdown-timout" is unknown\. Did you mean "--shutdown-timeout"\?/],
    [['-x'], /"-x" is unknown/],
    [['--app'], /'-A, --app <value>' argument missing/],
    [['a.js'], /Unexpected argument 'a\.js'/],
    [['--concurrency', '0'], /"--concurrency" is 0\. It must be a whole number from 1 to 10000/],
    [['--concurrency', 'many'], /"--concurrency" is "many"/],
    [['--processes', '1.5'], /"--processes" is "1\.5"/],
    [['--pool', 'threads'], /"--pool" is "threads"\. Use 'async' or 'prefork'/],
    [['--queues', 'a,,b'], /"--queues" is "a,,b"/],
    [['--shutdown-timeout', '20'], /"--shutdown-timeout" is "20", not a duration/],
  ])('%j are refused', (args, message) => {
    expect(() => read(...args)).toThrow(UsageError);
    expect(() => read(...args)).toThrow(message);
  });
});

describe('flags and other arguments', () => {
  const table = {
    name: { value: '<name>', about: 'A name.', parse: (value: unknown) => String(value) },
    all: { short: 'a', about: 'All of them.' },
  };
  const line = (...args: string[]) => readCommandLine('celeriac test', table, args);

  it.each([
    [[], {}, []],
    [['--all'], { all: true }, []],
    [['one', '-a', 'two', '--name', 'x'], { all: true, name: 'x' }, ['one', 'two']],
    [['--', '--all'], {}, ['--all']],
  ])('%j are understood', (args, options, positionals) => {
    expect(line(...args)).toEqual({ options, positionals });
  });

  it.each([
    [['--al'], /"--al" is unknown\. Did you mean "--all"\?/],
    [['--all=yes'], /'-a, --all' does not take an argument/],
    [['one', '--nmae', 'x'], /"--nmae" is unknown\. Did you mean "--name"\?/],
  ])('%j are refused', (args, message) => {
    expect(() => line(...args)).toThrow(UsageError);
    expect(() => line(...args)).toThrow(message);
  });

  it('are in the help', () => {
    expect(listOptions(table)).toBe('      --name <name>  A name.\n  -a, --all          All of them.');
  });
});
