import { Logger } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Broker } from '../tasks/broker-port.js';
import { TaskEvents } from '../tasks/events/task-events.js';
import type { HealthStatus } from '../tasks/health/health-source.js';
import { Housekeeping } from '../tasks/housekeeping/housekeeping.js';
import { StoreClock } from '../tasks/store-clock.js';
import type { Beat, Presence } from '../tasks/presence.js';
import type { HealthRounds } from './health-rounds.js';
import { HealthWatch } from './health-watch.js';
import { resolveHealthOptions } from './options/resolve-health-options.js';

/** What the conformance suite says of a real one, in memory. */
class Board implements Presence {
  away = false;
  private readonly said = new Map<string, { state: object; at: number }>();

  async beat(id: string, state: object): Promise<void> {
    this.check();
    this.said.set(id, { state, at: Date.now() });
  }
  async leave(id: string): Promise<void> {
    this.check();
    this.said.delete(id);
  }
  async beats(): Promise<Beat[]> {
    this.check();
    return [...this.said].map(([id, { state, at }]) => ({ id, state, age: Date.now() - at }));
  }
  private check(): void {
    if (this.away) throw new Error('away');
  }
}

describe('several processes that watch', () => {
  let board: Board;
  let status: HealthStatus;
  let told: string[];

  beforeEach(() => {
    vi.useFakeTimers();
    for (const level of ['log', 'warn', 'error'] as const)
      vi.spyOn(Logger.prototype, level).mockImplementation(() => undefined);
    board = new Board();
    status = 'up';
    told = [];
  });
  afterEach(() => {
    // In this order: a spy may stand on a fake.
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  const watcher = (name: string): HealthWatch => {
    const events = new TaskEvents();
    events.on('health changed', ({ to }) => void told.push(`${name}: ${to}`));
    const rounds = { look: async () => [{ key: 'workers', status }] } as unknown as HealthRounds;
    const options = resolveHealthOptions({ interval: '10s' });
    const watch = new HealthWatch(
      rounds,
      events,
      { presence: board } as unknown as Broker,
      options,
      new Housekeeping(new StoreClock(), {} as ModuleRef, undefined),
    );
    return Object.assign(watch, { id: `watch ${name}` });
  };
  const rounds = async (...watchers: HealthWatch[]) => {
    for (const watch of watchers) await watch.watch();
    await vi.advanceTimersByTimeAsync(10_000);
  };

  it('tell once each way: the first of them does', async () => {
    const all = ['a', 'b', 'c'].map(watcher);
    await rounds(...all);
    status = 'down';
    await rounds(...all);
    await rounds(...all);
    status = 'up';
    await rounds(...all);
    expect(told).toEqual(['a: down', 'a: up']);
  });

  it('when it dies the next goes on where it was, and does not tell again what was told', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map(watcher) as [HealthWatch, HealthWatch, HealthWatch];
    await rounds(a, b, c);
    status = 'down';
    await rounds(a, b, c);
    for (let round = 0; round < 5; round++) await rounds(b, c);
    status = 'up';
    await rounds(b, c);
    expect(told).toEqual(['a: down', 'b: up']);
  });

  it('while the broker is away it is whoever it was', async () => {
    const [a, b] = ['a', 'b'].map(watcher) as [HealthWatch, HealthWatch];
    await rounds(a, b);
    board.away = true;
    status = 'down';
    await rounds(a, b);
    board.away = false;
    status = 'up';
    await rounds(a, b);
    expect(told).toEqual(['a: down', 'a: up']);
  });

  it('one that has come while the broker was away tells all the same', async () => {
    const a = watcher('a');
    board.away = true;
    status = 'down';
    await rounds(a);
    board.away = false;
    status = 'up';
    await rounds(a);
    expect(told).toEqual(['a: down', 'a: up']);
  });
});
