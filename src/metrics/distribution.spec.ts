import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Distribution } from './distribution.js';
import type { TaskLabels } from './task-labels.js';

const BOUNDS = [0.1, 1, 10];
const LABELS: readonly TaskLabels[] = [
  { task: 'a', queue: 'default' },
  { task: 'a', queue: 'other' },
  { task: 'b"\n', queue: 'default' },
];

describe('a distribution', () => {
  it('is what the histogram of prom-client is, as text and as JSON', async () => {
    const values = fc.oneof(fc.constantFrom(0, ...BOUNDS), fc.double({ min: 0, max: 20, noNaN: true }));
    const observations = fc.array(fc.tuple(fc.constantFrom(...LABELS), values));
    await fc.assert(
      fc.asyncProperty(observations, async (all) => {
        const [ours, theirs] = [new Registry(), new Registry()];
        const distribution = new Distribution('ran_seconds', 'How long.', BOUNDS);
        ours.registerMetric(distribution.metric);
        const histogram = new Histogram({
          name: 'ran_seconds',
          help: 'How long.',
          buckets: BOUNDS,
          labelNames: ['task', 'queue'],
          registers: [theirs],
        });
        for (const [labels, value] of all) {
          distribution.observe(labels, value);
          histogram.observe(labels, value);
        }
        const lines = (text: string) => text.split('\n').map((line) => line.split('{').length);
        expect(lines(await ours.metrics())).toEqual(lines(await theirs.metrics()));
        // Theirs has a place for exemplars, too.
        const plain = async (registry: Registry): Promise<unknown> =>
          JSON.parse(
            JSON.stringify(await registry.getMetricsAsJSON(), (key, value: unknown) =>
              key === 'exemplar' ? undefined : value,
            ),
          );
        expect(await plain(ours)).toEqual(await plain(theirs));
        ours.resetMetrics();
        expect(await plain(ours)).toMatchObject([{ values: [] }]);
      }),
    );
  });
});
