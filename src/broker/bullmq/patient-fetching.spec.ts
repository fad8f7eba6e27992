import type { IQueueBackend } from 'bullmq';
import { expect, it } from 'vitest';
import { fetchPatiently } from './patient-fetching.js';

const outage = new Error('the database system is starting up');

it('a fetch that fails takes its time, so that a worker does not spin', async () => {
  const backend = fetchPatiently({
    moveToActive: () => Promise.reject(outage),
    moveStalledJobsToWait: () => Promise.resolve([]),
    waitForJob: () => Promise.resolve(null),
  } as unknown as IQueueBackend);
  const began = performance.now();
  await expect(backend.moveToActive('token')).rejects.toBe(outage);
  expect(performance.now() - began).toBeGreaterThan(90);
});

it('a sweep that fails is repeated, five times at most', async () => {
  const sweeping = (failures: number) => {
    let calls = 0;
    return fetchPatiently({
      moveToActive: () => Promise.resolve([]),
      waitForJob: () => Promise.resolve(null),
      moveStalledJobsToWait: () => (calls++ < failures ? Promise.reject(outage) : Promise.resolve(['swept'])),
    } as unknown as IQueueBackend);
  };
  expect(await sweeping(2).moveStalledJobsToWait()).toEqual(['swept']);
  await expect(sweeping(9).moveStalledJobsToWait()).rejects.toBe(outage);
});

it('a wake-up that was lost is made up for, once', async () => {
  let waits = 0;
  const backend = fetchPatiently({
    moveToActive: () => Promise.reject(outage),
    moveStalledJobsToWait: () => Promise.resolve([]),
    waitForJob: () => (waits++ === 0 ? Promise.reject(outage) : Promise.resolve(null)),
  } as unknown as IQueueBackend);
  await expect(backend.waitForJob(5)).rejects.toBe(outage);
  expect(await backend.waitForJob(5)).toMatchObject({ score: 0 });
  expect(await backend.waitForJob(5)).toBeNull();
  await expect(backend.moveToActive('token')).rejects.toBe(outage);
  expect(await backend.waitForJob(5)).toMatchObject({ score: 0 });
});
