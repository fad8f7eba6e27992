import { describe, expect, it } from 'vitest';
import { readMessage } from './messages.js';

describe('what a worker process sends', () => {
  const report = { broker: { namespace: 'shop' }, queues: [{ name: 'default' }] };

  it.each([
    [{ ready: report }, { ready: report }],
    [{ failed: 'no such file' }, { failed: 'no such file' }],
    [{ tainted: 'it runs abandoned code' }, { tainted: 'it runs abandoned code' }],
    [{ delayed: 5 }, { delayed: 5 }],
    [{ consuming: false }, { consuming: false }],
    [{ counted: [{ name: 'a' }] }, { counted: [{ name: 'a' }] }],
    [
      { metrics: [{ name: 'a' }], answers: 3 },
      { metrics: [{ name: 'a' }], answers: 3 },
    ],
  ])('%j is understood', (message, understood) => {
    expect(readMessage(message)).toEqual(understood);
  });

  it.each([
    'ready',
    { ready: true },
    { ready: null },
    { failed: 1 },
    { ran: 'x' },
    { counted: 3 },
    { metrics: [] },
    null,
    7,
  ])('%j is the application’s, and left alone', (message) => expect(readMessage(message)).toBeUndefined());
});
