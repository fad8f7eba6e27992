import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { readCommandLine } from '../read-options.js';
import { CHANGE_OPTIONS } from './failed-options.js';
import { readSelection } from './selection.js';

const COMMAND = 'celeriac failed retry';

function select(...args: string[]) {
  const line = readCommandLine(COMMAND, CHANGE_OPTIONS, ['--app', 'a.js', ...args]);
  return line && readSelection(COMMAND, line);
}

describe('the calls to retry or to discard', () => {
  it('are those named, each once', () => {
    expect(select('default.a', '--json', 'default.b', 'default.a')).toEqual({
      ids: ['default.a', 'default.b'],
    });
  });

  it('are those that match', () => {
    expect(select('--task', 'images.render', '--since', '1h')).toMatchObject({
      filter: { task: 'images.render', since: { ago: 3_600_000 } },
    });
  });

  it('are all, if that is said', () => {
    expect(select('--all')).toHaveProperty('filter');
  });

  it.each([
    [[], /which calls\? Name ids, or filters .* or --all/],
    [['--json'], /which calls\?/],
    [['default.a', '--all'], /there are ids and --all\. Give one or the other/],
    [['default.a', '--error', 'BadImage', '--queue', 'default'], /there are ids and --error, --queue/],
  ])('%j are refused', (args, message) => {
    expect(() => select(...args)).toThrow(UsageError);
    expect(() => select(...args)).toThrow(message);
  });
});
