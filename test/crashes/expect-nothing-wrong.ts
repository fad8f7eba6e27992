import { expect } from 'vitest';
import { SEED } from './seed.js';
import type { Stage } from './stage.js';
import type { Verdict } from './verdict.js';

export function expectNothingWrong(verdict: Verdict, stage: Stage): void {
  const { duplicates } = verdict;
  const nothing: Verdict = { lost: [], unexpected: [], harmed: [], wrong: [], unexplained: [], duplicates };
  expect(verdict, `CELERIAC_SEED=${SEED} repeats it. The workers wrote last:\n${stage.lastLines()}`).toEqual(
    nothing,
  );
}
