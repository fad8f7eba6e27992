import type { Parser } from '../../tasks/options/option-parsers.js';
import type { OptionTable } from '../read-options.js';
import { WORKER_OPTIONS } from '../worker/worker-options.js';

/** What every command has that looks into an application. */
export const TOOL_OPTIONS = {
  app: WORKER_OPTIONS.app,
  json: { about: 'One JSON document on stdout, and nothing else there.' },
} satisfies OptionTable;

export const anyText: Parser<string> = (value) => String(value);
