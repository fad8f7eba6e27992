import { describe, expect, it } from 'vitest';
import { type Place, placeOf } from './place-of.js';

describe('where an attempt runs', () => {
  const table: [boolean, boolean, 'all' | 'some' | 'none', Place][] = [
    [false, false, 'none', 'here'],
    [false, false, 'some', 'here'],
    [false, false, 'all', 'child'],
    [true, false, 'some', 'child'],
    [true, true, 'all', 'child'],
    [false, true, 'some', 'child'],
    [false, true, 'none', 'alone'],
  ];
  it.each(table)('isolate %s, suspect %s, children for %s: %s', (isolate, suspect, children, place) =>
    expect(placeOf({ isolate }, suspect, children)).toBe(place),
  );
});
