import { describe, expect, it } from 'vitest';
import { deathsInARow, restartPause } from './restart-pause.js';

describe('restarting a worker process', () => {
  it.each([
    [0, 0],
    [1, 0],
    [2, 500],
    [3, 1_000],
    [4, 2_000],
    [7, 16_000],
    [8, 30_000],
    [10_000, 30_000],
  ])('after %i deaths in a row waits %i ms', (deaths, pause) => {
    expect(restartPause(deaths)).toBe(pause);
  });

  it.each([
    [0, 0, 1],
    [3, 0, 4],
    [3, 59_999, 4],
    [3, 60_000, 1],
  ])('%i deaths, and one after %i ms of work: %i in a row', (before, worked, after) => {
    expect(deathsInARow(before, worked)).toBe(after);
  });
});
