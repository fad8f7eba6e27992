import { commandGroup } from '../command-group.js';
import { discardCommand } from './discard.command.js';
import { listCommand } from './list.command.js';
import { retryCommand } from './retry.command.js';
import { showCommand } from './show.command.js';

export const runFailed = commandGroup({
  name: 'failed',
  about: 'Calls that failed for good or were quarantined: to look at, to run again, to discard.',
  commands: [listCommand, showCommand, retryCommand, discardCommand],
  failure: 'no broker, no application, an id that names no failed call',
});
