import { describe, expect, it } from 'vitest';
import type { HealthEvent } from '../tasks/events/task-events.js';
import { digest } from './digest.js';

const event = (key: string, from: HealthEvent['from'], to: HealthEvent['to'], lasted = 0): HealthEvent => ({
  key,
  from,
  to,
  lasted,
  message: `${key} is so`,
});

describe('a notice', () => {
  it('has a line for each thing, the worst first', () => {
    expect(
      digest([
        event('smtp', 'up', 'degraded'),
        event('workers', 'down', 'up', 61_000),
        event('broker', 'up', 'down'),
      ]),
    ).toEqual({
      title: '1 down, 1 degraded, 1 up again',
      lines: [
        'broker is down: broker is so',
        'smtp is degraded: smtp is so',
        'workers is up again: it was down for 61s',
      ],
    });
  });

  it('of what changed often it tells what it has come to, and for how long it was not well', () => {
    const flapping = [
      event('broker', 'up', 'down', 5_000),
      event('broker', 'down', 'degraded', 10_000),
      event('broker', 'degraded', 'down', 20_000),
      event('broker', 'down', 'up', 30_000),
    ];
    expect(digest(flapping).lines).toEqual(['broker is up again: it was down for 1m']);
    expect(digest([...flapping, event('broker', 'up', 'down')]).lines).toEqual([
      'broker is down: broker is so',
    ]);
  });

  it('tells of what there was no room for', () => {
    expect(digest([event('a', 'up', 'down')], 7).lines.at(-1)).toMatch(/7 changes before these/);
  });
});
