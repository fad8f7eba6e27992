import { describe, expect, it } from 'vitest';
import { WholeLines } from './whole-lines.js';

function passed(...chunks: readonly string[]): string[] {
  const written: string[] = [];
  const lines = new WholeLines((text) => written.push(text));
  for (const chunk of chunks) lines.add(chunk);
  lines.end();
  return written;
}

describe('what a child process writes', () => {
  it('is passed on in whole lines', () => {
    expect(passed('a\nb', 'c\n', 'd\n')).toEqual(['a\n', 'bc\n', 'd\n']);
  });

  it('ends with a line, whatever it ended with', () => {
    expect(passed('a\nlast words')).toEqual(['a\n', 'last words\n']);
  });

  it('is passed on in parts if a line does not end', () => {
    const long = 'x'.repeat(600_000);
    expect(passed(long, long, 'y\n')).toEqual([long + long, 'y\n']);
  });
});
