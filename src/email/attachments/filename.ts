import type { Problem } from './problem.js';

const LONGEST = 255;

/** Controls, line breaks, halves of surrogate pairs, and what reverses a text: `gpj.exe` would look like `exe.jpg`. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** Why a file cannot be sent under a name; null if it can. */
export function filenameProblem(name: string): Problem | null {
  if (name.trim() === '') return { problem: 'is empty', fix: `Give the file's name, such as 'invoice.pdf'.` };
  if (UNPRINTABLE.test(name)) {
    return { problem: 'holds a line break or another unprintable character', fix: 'Remove it.' };
  }
  if (/[/\\]/.test(name) || name === '.' || name === '..') {
    return { problem: 'is a path', fix: `Give the last part of it alone, such as 'invoice.pdf'.` };
  }
  if (name.length > LONGEST) {
    return { problem: `has ${name.length} characters`, fix: `Give at most ${LONGEST}.` };
  }
  return null;
}
