import type { Command } from '../commands.js';
import { type Change, runChange } from './change.js';

const DISCARD: Change = {
  command: 'celeriac failed discard',
  about: 'Removes failed calls for good.',
  operation: 'discard',
  done: 'discarded',
  sentence: (count) => (count === 1 ? '1 call is removed.' : `${count} calls are removed.`),
};

export const discardCommand: Command = {
  name: 'discard',
  summary: 'remove them for good',
  run: (args) => runChange(DISCARD, args),
};
