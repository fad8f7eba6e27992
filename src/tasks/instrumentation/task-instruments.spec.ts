import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import type { RunningCall } from './task-instrumentation.js';
import { TaskInstruments } from './task-instruments.js';

const calls = { task: 't', queue: 'q', count: 1, delay: 0 };
const call: RunningCall = { id: 'q.1', task: 't', queue: 'q', retries: 0, headers: {}, size: 2, waited: 0 };
const publication = { ids: ['q.1'], size: 2 };

describe('instruments', () => {
  let instruments: TaskInstruments;
  let complain: MockInstance<Logger['error']>;
  beforeEach(() => {
    instruments = new TaskInstruments();
    complain = vi.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined);
  });
  afterEach(() => void vi.restoreAllMocks());

  it('stand around sending, the first outermost, and their headers add up', async () => {
    const order: string[] = [];
    for (const name of ['a', 'b']) {
      instruments.add({
        publish: async (_, send) => {
          order.push(`${name} before`);
          await send({ [name]: '1', last: name });
          order.push(`${name} after`);
        },
      });
    }
    const sent = await instruments.publish(calls, async (headers) => ({ ...publication, headers }));
    expect(sent.headers).toEqual({ a: '1', b: '1', last: 'b' });
    await vi.waitFor(() => expect(order).toEqual(['a before', 'b before', 'b after', 'a after']));
  });

  it('stand around running, and give what the code gives', async () => {
    instruments.add({ run: (_, code) => code() });
    expect(instruments.run(call, () => 7)).toBe(7);
    await expect(instruments.run(call, () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  });

  it('send what they have before the process ends, one that fails or hangs notwithstanding', async () => {
    expect(instruments.flushes).toBe(false);
    const sent: string[] = [];
    instruments.add({
      flush: () => {
        throw new Error('broken');
      },
    });
    instruments.add({ flush: () => new Promise(() => undefined) });
    instruments.add({ flush: async () => sent.push('sent') });
    expect(instruments.flushes).toBe(true);
    await instruments.flush(20);
    expect(sent).toEqual(['sent']);
  });

  it('what the code throws passes through them, and is not theirs', () => {
    instruments.add({ run: (_, code) => code() });
    expect(() =>
      instruments.run(call, () => {
        throw new TypeError('own');
      }),
    ).toThrow(TypeError);
    expect(complain).not.toHaveBeenCalled();
  });

  it.each<[string, (code: () => unknown) => unknown]>([
    [
      'throws before',
      () => {
        throw new Error('broken');
      },
    ],
    [
      'throws after',
      (code) => {
        code();
        throw new Error('broken');
      },
    ],
    ['does nothing', () => undefined],
    ['calls twice', (code) => [code(), code()]],
    [
      'rejects',
      async (code) => {
        await code();
        throw new Error('broken');
      },
    ],
    [
      'gives something else',
      (code) => {
        code();
        return 'other';
      },
    ],
  ])('one that %s harms no call', async (_name, run) => {
    instruments.add({ run: (_, code) => run(code) });
    instruments.add({ publish: (_, send) => run(() => send({})) });
    const code = vi.fn<() => unknown>(() => 'done');
    expect(instruments.run(call, code)).toBe('done');
    expect(code).toHaveBeenCalledTimes(1);
    const send = vi.fn<() => Promise<typeof publication>>(async () => publication);
    expect(await instruments.publish(calls, send)).toBe(publication);
    expect(send).toHaveBeenCalledTimes(1);
  });
});
