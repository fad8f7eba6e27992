import { describe, expect, it } from 'vitest';
import type { Finding } from './finding.js';
import { type Standings, transitions } from './transitions.js';

const finding = (status: Finding['status'], message?: string): Finding => ({
  key: 'outbox',
  status,
  ...(message !== undefined && { message }),
});
const run = (...findings: Finding[]) => {
  let standings: Standings = {};
  const told: string[] = [];
  findings.forEach((each, index) => {
    const { after, events } = transitions(standings, [each], index * 1_000);
    standings = after;
    told.push(...events.map(({ from, to, lasted }) => `${from} → ${to} after ${lasted}`));
  });
  return told;
};

describe('transitions', () => {
  it('are told once each way, with how long it lasted', () => {
    const [up, down] = [finding('up'), finding('down', 'x')];
    expect(run(up, up, down, down, down, up, up)).toEqual(['up → down after 2000', 'down → up after 3000']);
  });

  it('what is down when it is first seen is told', () => {
    expect(run(finding('down', 'x'))).toEqual(['up → down after 0']);
  });

  it('what cannot be seen is as it was', () => {
    const [up, down, unknown] = [finding('up'), finding('down', 'x'), finding('unknown')];
    expect(run(up, unknown, up)).toEqual([]);
    expect(run(down, unknown, unknown, down)).toEqual(['up → down after 0']);
    expect(run(down, unknown, up)).toEqual(['up → down after 0', 'down → up after 2000']);
  });

  it('worse and better by one step are told, too', () => {
    expect(
      run(finding('degraded', 'x'), finding('down', 'y'), finding('degraded', 'x'), finding('up')),
    ).toEqual([
      'up → degraded after 0',
      'degraded → down after 1000',
      'down → degraded after 1000',
      'degraded → up after 1000',
    ]);
  });
});
