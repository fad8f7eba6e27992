import { oneOf, text } from '../../tasks/options/option-parsers.js';
import type { OptionTable } from '../read-options.js';
import { anyText, TOOL_OPTIONS } from '../tool/tool-options.js';
import { wholeNumber } from '../whole-number.js';
import { moment } from './moment.js';

/** Which failed calls are meant; they go together. */
export const FILTER_OPTIONS = {
  queue: { value: '<name>', about: 'Of this queue.', parse: anyText },
  task: { value: '<name>', about: 'Of this task.', parse: anyText },
  state: {
    value: 'failed|quarantined',
    about: 'In this state. quarantined: it was not run any more.',
    parse: oneOf('failed', 'quarantined'),
  },
  error: { value: '<ClassName>', about: 'Failed with an error of this class.', parse: anyText },
  since: { value: '<when>', about: "Failed then or later: '2h' (ago), '2026-01-31T03:00Z'.", parse: moment },
  before: { value: '<when>', about: 'Failed before then.', parse: moment },
} satisfies OptionTable;

export const LIST_OPTIONS = {
  ...TOOL_OPTIONS,
  ...FILTER_OPTIONS,
  limit: { value: '<number>', about: 'Most calls to list. Default: 100.', parse: wholeNumber(100_000) },
  cursor: {
    value: '<cursor>',
    about: 'Go on where the list before ended, which told it.',
    parse: text(/^[^:]+:\d+$/, 'Pass what the list before told.'),
  },
} satisfies OptionTable;

/** Of the commands that change something. */
export const CHANGE_OPTIONS = {
  ...TOOL_OPTIONS,
  ...FILTER_OPTIONS,
  all: { about: 'All failed calls. Needed if there are neither ids nor filters.' },
} satisfies OptionTable;
