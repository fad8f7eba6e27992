import { CRASH_MUTANTS } from './crash-mutants.mjs';
import { EMAIL_MUTANTS } from './email-mutants.mjs';
import { LIMIT_MUTANTS } from './limit-mutants.mjs';
import { SCHEDULE_MUTANTS } from './schedule-mutants.mjs';
import { WATCH_MUTANTS } from './watch-mutants.mjs';

/**
 * One replacement in the compiled code, and the part of the tests that is to notice it.
 *
 * @typedef {object} Mutant
 * @property {string} title
 * @property {string} file below src/
 * @property {RegExp} from must fit exactly once
 * @property {string} to
 * @property {string} suite below test/, or a spec beside the code
 * @property {string} [cases] a regular expression over their titles
 * @property {string} [victims] of the crash suite: a regular expression over the titles of victims
 */

/** @type {readonly Mutant[]} */
export const MUTANTS = [
  ...CRASH_MUTANTS,
  ...LIMIT_MUTANTS,
  ...EMAIL_MUTANTS,
  ...SCHEDULE_MUTANTS,
  ...WATCH_MUTANTS,
];
