import { describe, expect, it } from 'vitest';
import { LastLines } from './last-lines.js';

describe('the last lines of a process', () => {
  it('are the last twenty, put together from pieces, the unfinished one included', () => {
    const lines = new LastLines();
    lines.add('a');
    lines.add('b\n');
    for (let line = 1; line <= 25; line++) lines.add(`${line}\n`);
    lines.add('unfini');
    lines.add('shed');
    expect(lines.list()).toHaveLength(21);
    expect(lines.list().at(0)).toBe('6');
    expect(lines.list().at(-1)).toBe('unfinished');
  });

  it('are cut where they are long', () => {
    const lines = new LastLines();
    lines.add(`${'x'.repeat(10_000)}\n`);
    expect(lines.list()[0]).toHaveLength(500);
  });
});
