import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Application } from './support/application.js';
import { DsnServer } from './support/dsn-server.js';
import { ADDRESSES } from './support/secrets.js';

describe('child processes of the prefork pool', () => {
  let server: DsnServer;

  beforeAll(async () => {
    server = await DsnServer.start();
    const app = await Application.start({
      sentry: { dsn: server.dsn, tracesSampleRate: 1 },
      worker: { pool: 'prefork', concurrency: 2 },
    });
    const calls = [
      ['fails', 'failed'],
      ['hangs', 'failed'],
      ['dies', 'quarantined'],
      ['dies-once', 'failed'],
      ['lets-slip', 'quarantined'],
    ] as const;
    await Promise.all(calls.map(async ([task, outcome]) => app.outcome(await app.call(task), outcome)));
    await app.close();
  });
  afterAll(() => server.stop());

  const of = (task: string) => server.events.filter(({ tags }) => tags['task'] === task);

  it('the worker reports what fails in them, once, with its class, stack and cause', () => {
    const [event, ...others] = of('fails');
    expect(others).toEqual([]);
    const [cause, error] = event?.exception?.values ?? [];
    expect(cause).toMatchObject({ type: 'TypeError' });
    expect(error).toMatchObject({ type: 'BadImage' });
    expect(error?.stacktrace?.frames.at(-1)?.function).toBe('SentryTasks.fails');
    expect(event?.tags).toMatchObject({ attempt: 5, queue: 'default' });
  });

  it('what runs in them is part of the trace', () => {
    const attempts = server.spans.filter(
      ({ name, attributes }) => name === 'fails' && attributes['sentry.op']?.value === 'queue.process',
    );
    expect(attempts.length).toBeGreaterThan(0);
    const [event] = of('fails');
    expect(new Set(attempts.map(({ trace_id }) => trace_id))).toEqual(
      new Set([event?.contexts.trace.trace_id]),
    );
  });

  it.each([
    ['hangs', 'time limit', 'TimeLimitExceeded'],
    ['dies', 'quarantined', 'Quarantined'],
    ['dies-once', 'worker lost', 'WorkerLostError'],
  ])('%s makes one event, with a fingerprint of its own: %s', (task, kind, type) => {
    const events = of(task);
    expect(events.map(({ fingerprint }) => fingerprint)).toEqual([['celeriac', kind, task]]);
    expect(events[0]?.exception?.values.at(-1)?.type).toBe(type);
  });

  it('an error that nobody catches is reported by the child itself, with the tags of its call, before it ends', () => {
    const events = of('lets-slip');
    const uncaught = events.find(({ fingerprint }) => !fingerprint);
    expect(uncaught?.exception?.values.at(-1)).toMatchObject({ mechanism: { handled: false } });
    expect(uncaught?.exception?.values.at(-1)?.value).toMatch(/^nobody catches it <\[address\]>/);
    expect(uncaught?.tags).toMatchObject({ task: 'lets-slip', attempt: 1 });
    // The worker knows that the process died, and what became of the call.
    expect(events.map(({ fingerprint }) => fingerprint)).toContainEqual([
      'celeriac',
      'quarantined',
      'lets-slip',
    ]);
    expect(events).toHaveLength(2);
    for (const address of ADDRESSES) expect(server.sent).not.toContain(address);
  });
});
