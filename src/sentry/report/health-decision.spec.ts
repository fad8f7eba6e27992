import { describe, expect, it } from 'vitest';
import type { HealthStatus } from '../../tasks/index.js';
import { decideHealthReport, type HealthLevel } from './health-decision.js';

describe('a change of health', () => {
  it.each<[HealthStatus, HealthStatus, HealthStatus | undefined, HealthLevel | undefined]>([
    ['up', 'down', undefined, 'error'],
    ['up', 'degraded', undefined, 'warning'],
    ['degraded', 'down', 'degraded', 'error'],
    ['down', 'degraded', 'down', 'warning'],
    ['down', 'up', 'down', 'info'],
    ['degraded', 'up', 'degraded', 'info'],
    // Another process told of the fall.
    ['down', 'up', undefined, 'info'],
    ['unknown', 'down', undefined, 'error'],
    ['unknown', 'up', undefined, undefined],
    ['unknown', 'up', 'down', 'info'],
    ['down', 'unknown', 'down', undefined],
    ['unknown', 'down', 'down', undefined],
    ['up', 'unknown', undefined, undefined],
  ])('from %s to %s, when %s was told: %s', (from, to, told, level) => {
    expect(decideHealthReport({ from, to }, told)).toBe(level);
  });
});
