import { describe, expect, it } from 'vitest';
import { type BlockFacts, judgeBlock, type Suspected } from './judge-block.js';

const attempt = (id: string, deadline: number): Suspected => ({ task: 't', id, deadline });
const patient = attempt('patient', 1_000_000);
const late = attempt('late', 9_000);
const facts = (blocked: number, more: Partial<BlockFacts> = {}): BlockFacts => ({
  now: 10_000,
  blocked,
  culprit: undefined,
  running: [patient, late],
  ...more,
});

describe('what a blocked event loop calls for', () => {
  const table: [string, BlockFacts, string, string[]][] = [
    ['a short block, whatever has passed', facts(999, { culprit: late }), 'wait', []],
    ['the culprit’s limit has passed', facts(1_000, { culprit: late }), 'end', ['late']],
    [
      'the culprit has time left; another’s limit does not matter',
      facts(2_000, { culprit: patient }),
      'wait',
      [],
    ],
    ['it goes on, and is told of', facts(5_000, { culprit: patient }), 'warn', ['patient']],
    ['nobody knows who: the first limit counts, all are named', facts(1_000), 'end', ['patient', 'late']],
    ['nobody’s limit has passed', facts(5_000, { running: [patient] }), 'warn', ['patient']],
    ['no task runs: the application itself', facts(60_000, { running: [] }), 'warn', []],
  ];
  it.each(table)('%s', (_name, given, kind, by) => {
    const verdict = judgeBlock(given);
    expect(verdict.kind).toBe(kind);
    expect(verdict.kind === 'wait' ? [] : verdict.by.map(({ id }) => id)).toEqual(by);
  });
});
