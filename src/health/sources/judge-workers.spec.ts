import { describe, expect, it } from 'vitest';
import type { WorkerState } from '../../tasks/worker-state.js';
import { judgeWorkers, type SeenWorker, takes } from './judge-workers.js';

const EVERY = 5_000;
const worker = (process: string, own: Partial<WorkerState> = {}, age = 100): SeenWorker => ({
  state: {
    kind: 'worker',
    process,
    every: EVERY,
    upFor: 3_600_000,
    awakeFor: 3_600_000,
    pool: 'async',
    queues: { default: null, email: 5 },
    tasks: ['a', 'b'],
    pausedFor: [],
    active: 0,
    oldest: null,
    eventLoopLag: { mean: 1, max: 20 },
    ...own,
  },
  age,
});
const only = (queue: string) => ({ [queue]: null });
const judge = (...workers: SeenWorker[]) =>
  judgeWorkers({
    workers,
    queues: ['default', 'email'],
    tasks: [{ name: 'a', queue: 'email' }],
    maxEventLoopLag: 1_000,
  });

describe('how workers are', () => {
  const silent = 3 * EVERY + 1;
  it.each<[string, SeenWorker[], string, RegExp | undefined]>([
    ['one takes everything', [worker('w1')], 'up', undefined],
    [
      'two share the queues',
      [worker('w1', { queues: only('default') }), worker('w2', { queues: only('email') })],
      'up',
      undefined,
    ],
    ['none is there', [], 'down', /^no worker takes calls of default, email$/],
    [
      'none takes one of the queues',
      [worker('w1', { queues: only('email') })],
      'down',
      /^no worker takes calls of default$/,
    ],
    ['a beat is late', [worker('w1', {}, 3 * EVERY)], 'up', undefined],
    [
      'the only one is silent',
      [worker('w1', {}, silent)],
      'down',
      /no worker takes .*; w1 has been silent for 15s/,
    ],
    [
      'one of two is silent',
      [worker('w1'), worker('w2', {}, silent)],
      'degraded',
      /^w2 has been silent for 15s$/,
    ],
    [
      'one that has come since takes its place',
      [worker('w1', { upFor: 9_000 }), worker('w2', {}, silent)],
      'up',
      undefined,
    ],
    [
      'the only one takes no work',
      [worker('w1', { pausedFor: ['clock'] })],
      'down',
      /w1 takes no work \(clock\)/,
    ],
    [
      'one of two takes no work',
      [worker('w1'), worker('w2', { pausedFor: ['abandoned'] })],
      'degraded',
      /w2 takes no work/,
    ],
    [
      'a loop was late',
      [worker('w1', { eventLoopLag: { mean: 50, max: 1_001 } })],
      'degraded',
      /1001 ms late/,
    ],
    [
      'code goes on after its limit',
      [worker('w1', { oldest: { id: 'x', task: 'a', runningFor: 1e6, overdue: true } })],
      'degraded',
      /a \(x\) goes on in w1/,
    ],
    [
      'code runs for long, within its limit',
      [worker('w1', { oldest: { id: 'x', task: 'a', runningFor: 1e6, overdue: false } })],
      'up',
      undefined,
    ],
    [
      'none knows a task that is called',
      [worker('w1', { tasks: ['b'] })],
      'degraded',
      /no worker knows the task a/,
    ],
    [
      'one that knows it takes another queue',
      [worker('w1', { tasks: ['b'] }), worker('w2', { queues: only('default') })],
      'degraded',
      /no worker knows the task a/,
    ],
  ])('%s', (_name, workers, status, message) => {
    const report = judge(...workers);
    expect(report.status).toBe(status);
    if (message) expect(report.message).toMatch(message);
    else expect(report.message).toBeUndefined();
  });

  it('says of many that there are more', () => {
    const gone = ['w2', 'w3', 'w4', 'w5'].map((name) => worker(name, {}, silent));
    expect(judge(worker('w1'), ...gone).message).toMatch(/w2 .*; w3 .*; w4 .*; and 1 more/);
  });

  it('a queue whose name is that of a member of every object has no worker by that', () => {
    expect(takes(worker('w1'), 'constructor')).toBe(false);
  });
});
