import { expect, it, onTestFinished } from 'vitest';
import { readRecord } from '../../src/schedule/record/schedule-record.js';
import { bootApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { ScheduledTasks } from '../conformance/scheduled-tasks.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';

it('a process that does not declare the queue of a schedule leaves its slots to those that do', async () => {
  const broker = brokerOptions({ broker: 'redis', lying: false });
  const namespace = newNamespace();
  const own = await bootApp({ broker, namespace, worker: true }, [ScheduledTasks]);
  const foreign = await bootApp({ broker, namespace, queues: { other: {} }, scheduler: true }, []);
  onTestFinished(async () => {
    await foreign.close();
    await own.close();
    await eraseNamespace(broker, namespace);
  });
  const { runs } = own.get(ScheduledTasks);
  const slots = () => new Set(runs.map(({ slot }) => slot?.getTime() ?? 0));
  await until(() => slots().size >= 6, 60_000);
  const seen = [...slots()].toSorted((a, b) => a - b);
  for (const [index, slot] of seen.entries()) expect(slot).toBe((seen[0] ?? 0) + index * 1_000);
  const record = readRecord((await own.broker.schedules.get('often')).schedule?.record);
  expect(record).toMatchObject({ missed: null, skipped: null });
});
