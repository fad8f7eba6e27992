import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { ClusterMetrics } from './cluster-metrics.js';

/** A worker process. */
class Worker {
  private readonly registry = new Registry();
  private readonly own = { registers: [this.registry], help: 'x' };
  readonly done = new Counter({ ...this.own, name: 'done_total', labelNames: ['task'] });
  readonly ran = new Histogram({ ...this.own, name: 'ran_seconds', buckets: [1, 10] });
  readonly active = new Gauge({ ...this.own, name: 'active' });
  readonly queue = new Gauge({ ...this.own, name: 'queue', aggregator: 'max' });

  json(): Promise<readonly unknown[]> {
    return this.registry.getMetricsAsJSON();
  }
}

async function started(count: number) {
  const cluster = await ClusterMetrics.create();
  const workers = Array.from({ length: count }, () => new Worker());
  const text = async (...asked: Worker[]) => {
    const fresh = await Promise.all(asked.map(async (worker) => [worker, await worker.json()] as const));
    const lines = (await cluster.text(new Map(fresh))).split('\n');
    return (name: string) =>
      lines.filter((line) => line.startsWith(name)).map((line) => Number(line.split(' ').at(-1)));
  };
  return { cluster, workers, text };
}

describe('the metrics of several processes', () => {
  it('are added up, but for what all of them see', async () => {
    const { workers, text } = await started(2);
    for (const worker of workers) {
      worker.done.inc({ task: 'a' }, 3);
      worker.ran.observe(5);
      worker.active.set(2);
      worker.queue.set(7);
    }
    const of = await text(...workers);
    expect(of('done_total')).toEqual([6]);
    expect(of('ran_seconds_bucket{le="10"}')).toEqual([2]);
    expect(of('active')).toEqual([4]);
    expect(of('queue')).toEqual([7]);
  });

  it('of one that does not answer are what it had counted, and no more', async () => {
    const { cluster, workers, text } = await started(2);
    const [first, second] = workers as [Worker, Worker];
    first.done.inc({ task: 'a' }, 3);
    first.active.set(2);
    second.done.inc({ task: 'a' }, 1);
    cluster.note(first, await first.json());
    const of = await text(second);
    expect(of('done_total')).toEqual([4]);
    expect(of('active')).toEqual([0]);
  });

  it('an answer that was begun before what a process told unasked takes nothing back, and its gauges count', async () => {
    const { cluster, workers, text } = await started(1);
    const [worker] = workers as [Worker];
    worker.done.inc({ task: 'a' }, 3);
    worker.active.set(2);
    const begun = await worker.json();
    worker.done.inc({ task: 'a' }, 4);
    const counted = (await worker.json()).filter((metric) => (metric as { type: string }).type !== 'gauge');
    cluster.note(worker, counted);
    const lines = (await cluster.text(new Map([[worker, begun]]))).split('\n');
    expect(lines).toContain('done_total{task="a"} 7');
    expect(lines).toContain('active 2');
    expect((await text())('done_total')).toEqual([7]);
  });

  it('of those that have ended stay counted, once, for ever', async () => {
    const { cluster, workers, text } = await started(3);
    const [first, second, third] = workers as [Worker, Worker, Worker];
    for (const worker of workers) worker.done.inc({ task: 'a' }, 10);
    await text(first, second);
    cluster.ended(first);
    // Its last words come late.
    first.done.inc({ task: 'a' }, 1);
    cluster.note(first, await first.json());
    expect((await text(second))('done_total')).toEqual([21]);
    const later = performance.now() + 5_000;
    vi.spyOn(performance, 'now').mockReturnValue(later);
    expect((await text(second, third))('done_total')).toEqual([31]);
    cluster.note(first, await first.json());
    cluster.ended(second);
    vi.spyOn(performance, 'now').mockReturnValue(later + 5_000);
    expect(
      await Promise.all([text(third), text(third)]).then((both) => both.map((of) => of('done_total'))),
    ).toEqual([[31], [31]]);
    vi.restoreAllMocks();
  });
});
