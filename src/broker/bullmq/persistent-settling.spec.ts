import type { IQueueBackend } from 'bullmq';
import { describe, expect, it } from 'vitest';
import { LockLostError } from '../../tasks/errors/broker.errors.js';
import { settlePersistently } from './persistent-settling.js';

type Answer = Error | 'ok';
const LOCK_TIME = 400;
const refusal = Object.assign(new Error('Lock mismatch'), { code: -6 });
const outage = new Error('Connection terminated unexpectedly');

/** A backend that answers from a list, and then the last one for ever. */
function scripted(answers: Answer[], state: string) {
  const fetches: boolean[] = [];
  let call = 0;
  const settle = async (fetchNext: boolean) => {
    fetches.push(fetchNext);
    const answer = answers[Math.min(call++, answers.length - 1)];
    if (answer instanceof Error) throw answer;
    return { result: undefined, finishedOn: 1 };
  };
  const backend = {
    moveToCompleted: (_job: unknown, _value: unknown, _keep: unknown, _token: string, fetchNext: boolean) =>
      settle(fetchNext),
    moveToFailed: (_job: unknown, _reason: string, _keep: unknown, _token: string, fetchNext: boolean) =>
      settle(fetchNext),
    moveToDelayed: () => settle(false),
    getState: async () => state,
  } as unknown as IQueueBackend;
  const lost: string[] = [];
  return { backend: settlePersistently(backend, LOCK_TIME, (id) => lost.push(id)), fetches, lost };
}

describe('settling', () => {
  const complete = (backend: IQueueBackend): Promise<unknown> =>
    backend.moveToCompleted({ id: '1' } as never, 1, false, 'token', true).catch((error: unknown) => error);

  it('is repeated while the store does not answer, and fetches no further job meanwhile', async () => {
    const { backend, fetches } = scripted([outage, outage, 'ok'], 'active');
    expect(await complete(backend)).toMatchObject({ finishedOn: 1 });
    expect(fetches).toEqual([true, false, false]);
  });

  it('took effect if the store refuses the repetition and the job is where it should be', async () => {
    const { backend } = scripted([outage, refusal], 'completed');
    expect(await complete(backend)).toMatchObject({ finishedOn: expect.any(Number) });
  });

  it('was lost if the job is elsewhere', async () => {
    expect(await complete(scripted([outage, refusal], 'active').backend)).toBeInstanceOf(LockLostError);
    expect(await complete(scripted([refusal], 'completed').backend)).toBeInstanceOf(LockLostError);
  });

  it('is given up after the lock time', async () => {
    expect(await complete(scripted([outage], 'active').backend)).toBeInstanceOf(LockLostError);
  });

  it('that was given up is reported, once', async () => {
    const { backend, lost } = scripted([refusal], 'active');
    await complete(backend);
    await backend.moveToFailed({ id: '1' } as never, 'reason', false, 'token', true).catch(() => undefined);
    expect(lost).toEqual(['1']);
  });

  it('is not refused to a call that came back to the same slot after an earlier settlement was lost', async () => {
    const delayed = scripted([refusal, 'ok'], 'waiting').backend;
    await expect(delayed.moveToDelayed('1', 0, 10, 'token')).rejects.toThrow(LockLostError);
    expect(await complete(delayed)).toMatchObject({ finishedOn: 1 });

    const completed = scripted([refusal, 'ok'], 'waiting').backend;
    await complete(completed);
    await completed.moveToFailed({ id: '1' } as never, 'reason', false, 'token', true).catch(() => undefined);
    expect(await complete(completed)).toMatchObject({ finishedOn: 1 });
  });

  it('what could not be completed is not failed instead', async () => {
    const { backend, fetches } = scripted([refusal, 'ok'], 'active');
    await complete(backend);
    const failing = backend.moveToFailed({ id: '1' } as never, 'reason', false, 'token', true);
    await expect(failing).rejects.toThrow(LockLostError);
    expect(fetches).toHaveLength(1);
    const other = backend.moveToFailed({ id: '1' } as never, 'reason', false, 'another token', true);
    await expect(other).resolves.toMatchObject({ finishedOn: 1 });
  });
});
