import type { Command } from '../commands.js';
import { type Change, runChange } from './change.js';

const RETRY: Change = {
  command: 'celeriac failed retry',
  about:
    'Puts failed calls back into their queues as if they were new: no retries spent, no losses, no crashes.',
  operation: 'retry',
  done: 'retried',
  sentence: (count) =>
    count === 1 ? '1 call is back in its queue.' : `${count} calls are back in their queues.`,
};

export const retryCommand: Command = {
  name: 'retry',
  summary: 'put them back into their queues, as if new',
  run: (args) => runChange(RETRY, args),
};
