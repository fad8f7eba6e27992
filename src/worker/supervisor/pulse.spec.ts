import { describe, expect, it } from 'vitest';
import { judgePulses, type ProcessPulse } from './pulse.js';

const pulse = (number: number, own: Partial<ProcessPulse> = {}): ProcessPulse => ({
  number,
  pid: 100 + number,
  ready: true,
  silentFor: 500,
  consuming: true,
  ...own,
});

describe('what a supervisor says of its processes', () => {
  it.each<[string, ProcessPulse[], boolean, string[]]>([
    ['all work', [pulse(1), pulse(2)], false, []],
    ['one starts', [pulse(1), pulse(2, { ready: false })], false, ['worker 2 is starting']],
    ['one waits to be started again', [pulse(1)], false, ['worker 2 is not there']],
    [
      'one is blocked',
      [pulse(1, { silentFor: 10_001 }), pulse(2)],
      false,
      ['worker 1 has been silent for 10 s'],
    ],
    ['one takes no work', [pulse(1), pulse(2, { consuming: false })], false, ['worker 2 takes no work']],
    [
      'one is replaced by another that is ready',
      [pulse(1), pulse(2, { consuming: false }), pulse(2)],
      false,
      [],
    ],
    ['it stops', [pulse(1), pulse(2)], true, ['it is stopping']],
  ])('%s', (_name, pulses, stopping, problems) => {
    expect(judgePulses(pulses, 2, stopping)).toEqual({ ready: problems.length === 0, problems });
  });
});
