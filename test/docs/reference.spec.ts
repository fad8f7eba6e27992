import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatDuration } from '../../src/tasks/duration.js';
import { resolveModuleOptions } from '../../src/tasks/options/resolve-module-options.js';
import { DEFAULT_POLICY } from '../../src/tasks/options/task-policy.js';

const reference = readFileSync(new URL('../../../docs/reference.md', import.meta.url), 'utf8');

/** The default a table of the reference gives for an option. */
function documented(option: string): string | undefined {
  const rows = reference
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')));
  return rows.find(([, name]) => name === option)?.[2];
}

const shown = (value: unknown, milliseconds: boolean): string =>
  milliseconds ? formatDuration(value as number) : String(value);

describe('the reference', () => {
  const durations = ['retryBackoff', 'retryBackoffMax', 'softTimeLimit', 'timeLimit'];
  const { autoretryFor, dontAutoretryFor, throws, rateLimit: _none, ...scalars } = DEFAULT_POLICY;

  it.each(Object.entries(scalars))('gives the default of the task option %s', (option, value) => {
    const expected = durations.includes(option)
      ? formatDuration(value as number).replace('300s', '5m')
      : String(value);
    expect(documented(option)).toBe(expected);
  });

  it('gives the defaults of the error lists', () => {
    expect(documented('autoretryFor')).toBe(`[${autoretryFor.map(({ name }) => name).join()}]`);
    expect(documented('throws')).toBe(`[${throws.map(({ name }) => name).join()}]`);
    expect(documented('dontAutoretryFor')).toBe(`[${dontAutoretryFor.map(({ name }) => name).join()}]`);
  });

  const resolved = resolveModuleOptions({ broker: { type: 'redis', url: 'redis://x' }, worker: true });

  it.each([
    ['namespace', false],
    ['enqueueTimeout', true],
    ['payloadLimit', false],
    ['resultTtl', true],
    ['keepFailed', true],
    ['parkFor', true],
  ] as const)('gives the default of the module option %s', (option, milliseconds) => {
    expect(documented(option)).toBe(shown(resolved[option], milliseconds));
  });

  it('gives the defaults of workers and queues', () => {
    const { shutdownTimeout, lockTime, heartbeat, maxAbandoned } = resolved.worker ?? {};
    expect(reference).toContain(
      `shutdownTimeout = '${shown(shutdownTimeout, true)}', lockTime = '${shown(lockTime, true)}', heartbeat = '${shown(heartbeat, true)}', maxAbandoned = ${maxAbandoned}`,
    );
    const { concurrency, priorities, fair } = resolved.queues['default'] ?? {};
    expect(reference).toContain(`concurrency = ${concurrency}, priorities = ${priorities}, fair = ${fair}`);
  });
});
