import { describe, expect, it } from 'vitest';
import { UsageError } from '../errors.js';
import { runFailed } from './failed.command.js';

const APP = ['--app', 'app.js'];

describe('celeriac failed refuses as usage', () => {
  it.each([
    [[], /Usage: celeriac failed <command>[^]* list +[^]* show +[^]* retry +[^]* discard /],
    [
      ['lits'],
      /"lits" is not a command\. There is: list, show, retry, discard\.\nTry: celeriac failed --help/,
    ],
    [['list'], /option "--app" is missing\.\nTry: celeriac failed list --help/],
    [['list', ...APP, '--since', 'soon'], /"--since" is "soon"\. Write how long ago/],
    [['list', ...APP, '--state', 'lost'], /"--state" is "lost"\. Use 'failed' or 'quarantined'/],
    [['list', ...APP, '--limit', '0'], /"--limit" is 0\. It must be a whole number from 1/],
    [['list', ...APP, '--cursor', 'x'], /"--cursor" is "x"\. Pass what the list before told/],
    [['list', ...APP, '--cursor', 'a:1', '--queue', 'b'], /the cursor "a:1" is of another list/],
    [['list', ...APP, '--all'], /"--all" is unknown/],
    [['list', ...APP, 'default.id'], /Unexpected argument 'default\.id'/],
    [['show', 'default.a'], /option "--app" is missing/],
    [['show', ...APP], /name one id/],
    [['show', ...APP, 'default.a', 'default.b'], /name one id/],
    [['retry', ...APP], /which calls\? Name ids, or filters/],
    [['discard', '--all'], /option "--app" is missing/],
    [['discard', ...APP, 'default.a', '--all'], /there are ids and --all/],
  ])('%j', async (args, message) => {
    const run = runFailed(args);
    await expect(run).rejects.toThrow(UsageError);
    await expect(run).rejects.toThrow(message);
  });
});
