import { describe, expect, it } from 'vitest';
import { choreInfo } from './chore-info.js';
import { choresOf, housekeepingBeatId } from './chores-of.js';

const chore = (at: number, failed = false) => ({
  id: 'celeriac.sweep',
  about: 'sweeps',
  every: 60_000,
  at,
  failed,
});
const beat = (process: string, ...chores: object[]) => ({
  id: housekeepingBeatId(process),
  state: { chores },
  age: 0,
});

describe('what the package does in many processes', () => {
  it('is shown as it went where it was done last', () => {
    const beats = [beat('a', chore(1_000)), beat('b', chore(3_000, true)), beat('c', chore(2_000))];
    expect(choresOf([...beats, { id: 'worker a', state: {}, age: 0 }])).toEqual([chore(3_000, true)]);
  });

  it('is listed beside the schedules', () => {
    expect(choreInfo(chore(1_000, true))).toMatchObject({
      id: 'celeriac.sweep',
      owner: 'package',
      words: 'about every 1m',
      last: { at: new Date(1_000), outcome: 'failed' },
      next: [new Date(61_000)],
    });
  });
});
