import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker } from '../../src/tasks/broker-port.js';
import { BROKER } from '../../src/tasks/broker-token.js';
import { brokerOptions, newNamespace, type Variant } from '../conformance/variant.js';
import { until } from '../support/until.js';
import { MetricsApp } from './support/metrics-app.js';
import { MeasuredTasks } from './support/measured-tasks.js';

/** Postgres takes its time for them. */
const MANY = { redis: 10_000, postgres: 500 };

describe.each(['redis', 'postgres'] as const)('metrics on %s', (kind: Variant['broker']) => {
  let app: MetricsApp;
  const many = MANY[kind];

  beforeAll(async () => {
    const broker = brokerOptions({ broker: kind, lying: false });
    app = await MetricsApp.start({
      tasks: { broker, namespace: newNamespace(), queues: { default: { concurrency: 100 } }, worker: true },
      metrics: { defaultLabels: { service: 'shop' } },
      providers: [MeasuredTasks],
    });
    await app.service.call('measured.fine', [''], { queue: 'default', countdown: '1h' });
  });
  afterAll(() => app.close());

  const call = (task: string, ...args: unknown[]) =>
    app.service.call(`measured.${task}`, args, { queue: 'default' });
  const total = async (name: string, labels: Record<string, string> = {}) =>
    (await app.scrape()).sum(`celeriac_task_${name}_total`, { service: 'shop', ...labels });

  it('count every outcome', async () => {
    const fine = await call('fine', randomUUID());
    await fine.get({ timeout: '10s' });
    const ends = [
      await call('wrong', 'BadPicture', 'x'),
      await call('again'),
      await call('ignored'),
      await call('snoozed'),
    ];
    const revoked = await app.service.call('measured.fine', ['no'], { queue: 'default', countdown: '1h' });
    await revoked.revoke();
    for (const end of [...ends, revoked]) await until(async () => (await end.state())?.finishedAt);
    // It may be delivered in time; some time it is not.
    await until(async () => {
      await app.service.call('measured.late', [], { queue: 'default', expires: '1ms' });
      return ((await total('expired', { task: 'measured.late' })) ?? 0) > 0;
    });
    // One that any program may have written.
    await addForeign(app, 'somebody.else');
    await until(async () => (await total('rejected')) === 1);

    const task = (name: string) => ({ task: `measured.${name}`, queue: 'default' });
    expect(await total('sent', task('fine'))).toBe(3);
    expect(await total('succeeded', task('fine'))).toBe(1);
    expect(await total('started', task('fine'))).toBe(1);
    expect(await total('received', task('fine'))).toBe(2);
    expect(await total('revoked', task('fine'))).toBe(1);
    expect(await total('failed', { ...task('wrong'), exception: 'BadPicture' })).toBe(1);
    expect(await total('retried', { ...task('again'), exception: 'RangeError' })).toBe(2);
    expect(await total('succeeded', task('again'))).toBe(1);
    expect(await total('ignored', task('ignored'))).toBe(1);
    expect(await total('snoozed', task('snoozed'))).toBe(1);
    expect(await total('rejected', { task: 'somebody.else' })).toBe(1);
    // What has not happened is none, as soon as a task is known.
    expect(await total('lost', task('fine'))).toBe(0);
  });

  it('tell how long calls waited, first deliveries alone, and how long they ran', async () => {
    const before = await app.scrape();
    const result = await app.service.call('measured.lasting', [300], {
      queue: 'default',
      countdown: '200ms',
    });
    await until(
      async () =>
        (await app.scrape()).sum('celeriac_worker_tasks_active', { task: 'measured.lasting' }) === 1,
    );
    await result.get({ timeout: '10s' });
    const again = await call('again');
    await again.get({ timeout: '10s' });
    const scrape = await app.scrape();
    const lasting = { task: 'measured.lasting' };
    expect(scrape.sum('celeriac_worker_tasks_active', lasting)).toBe(0);
    const ran = scrape.sum('celeriac_task_runtime_seconds_sum', lasting) ?? 0;
    expect(ran).toBeGreaterThan(0.29);
    expect(ran).toBeLessThan(2);
    expect(scrape.sum('celeriac_task_runtime_seconds_count', lasting)).toBe(1);
    // Its countdown is no wait.
    expect(scrape.sum('celeriac_task_queue_wait_seconds_count', lasting)).toBe(1);
    const retried = { task: 'measured.again' };
    const waits = (at: typeof scrape) => at.sum('celeriac_task_queue_wait_seconds_count', retried) ?? 0;
    expect(waits(scrape) - waits(before)).toBe(1);
    expect((scrape.sum('celeriac_task_runtime_seconds_count', retried) ?? 0) % 3).toBe(0);
  });

  it('show how queues, limits, connections and the event loop stand', async () => {
    await (await call('limited')).get({ timeout: '10s' });
    const scrape = await app.scrape();
    expect(scrape.sum('celeriac_broker_up')).toBe(1);
    expect(scrape.sum('celeriac_queue_length', { queue: 'default', state: 'delayed' })).toBeGreaterThan(0);
    expect(scrape.sum('celeriac_worker_processes')).toBe(1);
    expect(scrape.sum('celeriac_rate_limit_per_second', { limit: 'measured.limited' })).toBe(20);
    expect(scrape.sum('celeriac_rate_limit_waiting', { limit: 'measured.limited' })).toBe(0);
    expect(scrape.sum('celeriac_concurrency_limit', { task: 'measured.limited' })).toBe(1);
    expect(scrape.sum('celeriac_breaker_state', { breaker: 'measured.limited' })).toBe(0);
    const lag = ['mean', 'p99', 'max'].map(
      (stat) => scrape.sum('celeriac_eventloop_lag_seconds', { stat }) ?? -1,
    );
    expect(lag[0]).toBeGreaterThanOrEqual(0);
    expect(lag[2]).toBeGreaterThanOrEqual(lag[1] ?? Infinity);
    expect(lag[2]).toBeLessThan(30);
    const busy = scrape.sum('celeriac_broker_pool_connections');
    if (kind === 'postgres') expect(busy).toBeGreaterThan(0);
    else expect(busy).toBeUndefined();
  });

  it(`are as many series after ${many} more calls, whatever is in them`, async () => {
    const classes = (index: number) => `Error${index}`;
    for (let index = 0; index < 100; index++) await call('wrong', classes(index), 'x');
    for (let index = 0; index < 250; index++) await addForeign(app, `foreign.${index}`);
    await until(async () => (await total('rejected')) === 251);
    await until(async () => (await total('failed')) === 101);
    const before = await app.scrape();
    expect(before.samples('celeriac_task_failed_total').length).toBeLessThanOrEqual(22);

    const evil = `evil"} 1\n# TYPE x counter\nx{y="\\`;
    const names = [evil, 'x'.repeat(5_000), 'bob@example.com', kind === 'redis' ? '\ud800' : 'ü'];
    for (const name of names) await addForeign(app, name);
    const calls = app.service;
    for (let batch = 0; batch < 100; batch++) {
      const some = Array.from({ length: many / 100 }, (_, index) =>
        index % 5 === 0
          ? calls.call(
              'measured.wrong',
              [classes(1_000 + batch), `to user${index}@example.com: ${randomUUID()}`],
              { queue: 'default' },
            )
          : calls.call('measured.fine', [randomUUID()], { queue: 'default' }),
      );
      await Promise.all(some);
    }
    await until(async () => (await total('failed')) === 101 + many / 5);
    await until(
      async () => (await total('succeeded', { task: 'measured.fine' })) === 1 + (many * 4) / 5,
      40_000,
    );
    await until(async () => (await total('rejected')) === 255);
    const after = await app.scrape();
    const grown = [...after.families.values()].flatMap(({ name, samples }) => {
      const more = samples.length - (before.families.get(name)?.samples.length ?? 0);
      return more === 0 ? [] : [`${name}: ${more}`];
    });
    expect(grown).toEqual([]);
    expect(after.text).not.toMatch(/example\.com|evil|user\d/);
  });
});

/** A job that is no call of ours, as any program may write one. */
async function addForeign(app: MetricsApp, name: string): Promise<void> {
  const queue = app.get<Broker>(BROKER).queueHandle('default') as {
    add(name: string, data: object): Promise<unknown>;
  };
  await queue.add(name, {});
}
