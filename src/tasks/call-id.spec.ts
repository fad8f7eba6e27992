import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callId, queueOfId } from './call-id.js';

const queue = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const key = fc.stringMatching(/^[A-Za-z0-9._-]{1,200}$/);

describe('call ids', () => {
  it('carry their queue, whatever the caller chose as a key', () => {
    fc.assert(
      fc.property(queue, key, (name, taskId) => {
        expect(queueOfId(callId(name, taskId))).toBe(name);
      }),
    );
  });

  it('are the same for a key and for the full id made of it', () => {
    fc.assert(
      fc.property(queue, key, (name, taskId) => {
        const id = callId(name, taskId);
        expect(callId(name, id)).toBe(id);
      }),
    );
  });

  it('are unique when nobody chooses', () => expect(callId('q')).not.toBe(callId('q')));

  it.each(['', 'a:b', 'a b', 'ü', 'x'.repeat(201), 'a/b'])('refuse the key %j', (taskId) => {
    expect(() => callId('q', taskId)).toThrow(/is not a task id/);
  });

  it.each(['', 'noqueue', '.key', 'q.', 'q.a:b'])('%j belongs to no queue', (id) => {
    expect(() => queueOfId(id)).toThrow(/is not a task id/);
  });
});
