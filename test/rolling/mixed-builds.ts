import { expect, it } from 'vitest';
import type { TaskResult, TaskState } from '../../src/index.js';
import type { Variant } from '../conformance/variant.js';
import { until } from '../support/until.js';
import { Deployment } from './support/deployment.js';

/** So many that chance hands some to either build. */
const MANY = 12;

const statesOf = async (results: readonly TaskResult[]): Promise<(TaskState | null)[]> =>
  Promise.all(results.map((result) => result.state()));

const isParked = (state: TaskState | null): boolean =>
  state?.state === 'delayed' && state.reason?.startsWith('parked') === true && state.attempts === 0;

const succeeded = (state: TaskState | null): boolean => state?.state === 'succeeded' && state.attempts === 1;

/** Waits until each of them has run, or has been put aside by a worker that does not know it: there is nothing else. */
async function ranOrParked(results: readonly TaskResult[]): Promise<(TaskState | null)[]> {
  let states: (TaskState | null)[] = [];
  await until(
    async () => {
      states = await statesOf(results);
      return states.every((state) => succeeded(state) || isParked(state));
    },
    20_000,
    () => `each succeeded or is parked: ${JSON.stringify(states)}`,
  );
  return states;
}

/** What holds while workers of two builds, of which each knows a task the other does not, share a queue. */
export function mixedBuilds(kind: Variant['broker']): void {
  it(`two builds share a queue on ${kind}: what one does not know is parked, and run by the other`, async ({
    annotate,
  }) => {
    const deployment = await Deployment.create(kind, 10);
    const call = (task: string) =>
      Promise.all(Array.from({ length: MANY }, (_, index) => deployment.call(task, `${task} ${index}`)));

    // The old build alone.
    const old = deployment.worker('old-build', '--concurrency', '1');
    await old.ready();
    const early = await call('mail.deliver');
    expect((await ranOrParked(early)).every(isParked)).toBe(true);

    // The new one boots while the old one is busy: it has them all.
    const busy = await deployment.call('mail.hold', 'busy');
    await until(() => deployment.ledger.entries().some(({ key }) => key === 'busy'));
    const next = deployment.worker('new-build');
    await next.ready();
    await until(async () => (await statesOf(early)).every(succeeded));
    deployment.ledger.release();
    expect(await busy.get({ timeout: '60s' })).toBe('old build');

    // Both take what comes.
    const sent = await call('mail.send');
    const delivered = await call('mail.deliver');
    const states = await ranOrParked([...sent, ...delivered]);
    await annotate(`${states.filter(isParked).length} of ${states.length} went to the wrong build first`);
    expect(await old.stop()).toBe(0);

    // The new build alone runs all it knows, and keeps what it does not.
    const late = await call('mail.send');
    for (const result of [...early, ...delivered]) {
      expect(await result.get({ timeout: '60s' })).toBe('new build');
    }
    expect((await ranOrParked(late)).every(isParked)).toBe(true);
    await ranOrParked(sent);
    expect((await statesOf([...early, ...delivered])).every(succeeded)).toBe(true);
    expect(await next.stop()).toBe(0);
  });
}
