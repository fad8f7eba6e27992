import { CRASH_MUTANTS } from './crash-mutants.mjs';
import { LIMIT_MUTANTS } from './limit-mutants.mjs';

export const MUTANTS = [...CRASH_MUTANTS, ...LIMIT_MUTANTS];
