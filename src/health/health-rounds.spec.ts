import { describe, expect, it } from 'vitest';
import type { HealthReport, HealthSource } from '../tasks/health/health-source.js';
import { HealthSources } from '../tasks/health/health-sources.js';
import { HealthRounds } from './health-rounds.js';
import { resolveHealthOptions } from './options/resolve-health-options.js';

const up = async (): Promise<HealthReport> => ({ status: 'up' });
const down = async (): Promise<HealthReport> => ({ status: 'down', message: 'it is' });
const throws = async (): Promise<HealthReport> => {
  throw new Error('connect ECONNREFUSED 10.0.0.1');
};
const silent = () => new Promise<HealthReport>(() => undefined);

const rounds = (...sources: HealthSource[]) => {
  const all = new HealthSources();
  for (const source of sources) all.add(source);
  return new HealthRounds(all, resolveHealthOptions({ timeout: '50ms' }));
};
const seen = async (...sources: HealthSource[]) =>
  Object.fromEntries(
    (await rounds(...sources).look('tasks')).map(({ key, status, message }) => [key, message ?? status]),
  );

describe('a round', () => {
  it('of what breaks together the cause alone is down', async () => {
    expect(
      await seen(
        { key: 'canary', dependsOn: ['queue', 'workers'], check: up },
        { key: 'queue', dependsOn: ['broker'], check: throws },
        { key: 'workers', dependsOn: ['broker'], check: silent },
        { key: 'broker', check: down },
        { key: 'smtp', check: up },
      ),
    ).toEqual({
      broker: 'it is',
      queue: 'unknown (broker down)',
      workers: 'unknown (broker down)',
      canary: 'unknown (broker down)',
      smtp: 'up',
    });
  });

  it('what depends on something that is not there, or is degraded, is looked at', async () => {
    const degraded = async (): Promise<HealthReport> => ({ status: 'degraded', message: 'slow' });
    expect(
      await seen({ key: 'a', dependsOn: ['b', 'nothing'], check: up }, { key: 'b', check: degraded }),
    ).toEqual({ a: 'up', b: 'slow' });
  });

  it('a look that throws, or does not answer in time, is down, and does not say why', async () => {
    expect(await seen({ key: 'a', check: throws }, { key: 'b', check: silent })).toEqual({
      a: 'it does not answer',
      b: 'it does not answer',
    });
    const error = (await rounds({ key: 'a', check: throws }).lookAt('a')).error;
    expect(String(error)).toMatch(/ECONNREFUSED/);
  });

  it('the signal tells a look that nobody waits any longer', async () => {
    let aborted = false;
    const check = (signal: AbortSignal) =>
      new Promise<HealthReport>(() => signal.addEventListener('abort', () => (aborted = true)));
    await seen({ key: 'a', check });
    expect(aborted).toBe(true);
  });

  it('what fails because its cause has gone down meanwhile is unknown', async () => {
    let alive = true;
    const broker: HealthSource = {
      key: 'broker',
      check: async () => (alive ? { status: 'up' } : { status: 'down', message: 'gone' }),
    };
    const queue: HealthSource = {
      key: 'queue',
      dependsOn: ['broker'],
      check: async () => {
        alive = false;
        throw new Error('the connection is closed');
      },
    };
    expect(await seen(queue, broker)).toMatchObject({ queue: 'unknown (broker down)' });
  });

  it('looks at each thing once, and serves all who ask at the same time', async () => {
    let looks = 0;
    const count = async (): Promise<HealthReport> => {
      looks++;
      return { status: 'up' };
    };
    const all = rounds(
      { key: 'a', check: count },
      { key: 'b', dependsOn: ['a'], check: up },
      { key: 'c', dependsOn: ['a'], check: up },
    );
    await Promise.all([all.look('tasks'), all.look('tasks')]);
    await all.look('tasks');
    expect(looks).toBe(1);
  });

  it('refuses a circle at boot, and names it', () => {
    const circle = rounds(
      { key: 'a', dependsOn: ['b'], check: up },
      { key: 'b', dependsOn: ['a'], check: up },
    );
    expect(() => circle.checkOrder()).toThrow(/a → b → a/);
  });

  it('an unknown key is refused with those there are', async () => {
    await expect(async () => rounds({ key: 'a', check: up }).lookAt('b')).rejects.toThrow(
      /"b".*There are a/s,
    );
  });
});
