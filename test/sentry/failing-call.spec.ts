import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostname } from 'node:os';
import { Application } from './support/application.js';
import { DsnServer, type SentEvent, type SentSpan } from './support/dsn-server.js';
import { ADDRESSES, SUBJECT } from './support/secrets.js';

const SECRETS = ['quarterly figures', 'carol@argument.example', SUBJECT];
const ARGUMENT = { to: SECRETS[1], subject: SUBJECT, body: SECRETS[0] };

describe.each(['redis', 'postgres'] as const)('a call that fails five times, on %s', (broker) => {
  let server: DsnServer;
  let app: Application;
  let event: SentEvent;

  beforeAll(async () => {
    server = await DsnServer.start();
    app = await Application.start({ broker, sentry: { dsn: server.dsn, tracesSampleRate: 1 } });
    const id = await app.call('fails', { args: [ARGUMENT] });
    await app.outcome(id, 'failed');
    await app.close();
    event = server.events[0] as SentEvent;
  });
  afterAll(() => server.stop());

  it('makes one event', () => {
    expect(server.events).toHaveLength(1);
  });

  it('has the class, the stack and the cause of the error', () => {
    const [cause, error] = event.exception?.values ?? [];
    expect(error).toMatchObject({ type: 'BadImage', mechanism: { type: 'celeriac', handled: true } });
    expect(error?.value).toMatch(/^cannot read/);
    expect(error?.stacktrace?.frames.at(-1)).toMatchObject({
      function: 'SentryTasks.fails',
      filename: expect.stringMatching(/app\.module\.js$/) as string,
    });
    expect(cause).toMatchObject({ type: 'TypeError' });
    expect(cause?.stacktrace?.frames.length).toBeGreaterThan(0);
  });

  it('can be searched by its tags, those that its code has set included, and is one issue per task and class', () => {
    expect(event.tags).toMatchObject({
      task: 'fails',
      queue: 'default',
      attempt: 5,
      broker,
      colour: 'green',
    });
    expect(event.tags['worker']).toMatch(new RegExp(`^${hostname()}:\\d+$`));
    expect(event.fingerprint).toEqual(['celeriac', 'BadImage', 'fails']);
    expect(event.contexts['task']).toMatchObject({ attempt: 5, outcome: 'failed' });
  });

  it('is one trace, from its sender through every attempt to the event', () => {
    const { spans } = server;
    const request = spans.find(({ name }) => name === 'POST /thumbnails');
    const published = spans.find(({ attributes }) => attributes['sentry.op']?.value === 'queue.publish');
    const attempts = spans.filter(({ attributes }) => attributes['sentry.op']?.value === 'queue.process');
    expect(attempts).toHaveLength(5);
    const all = [request, published, ...attempts].map((span) => span?.trace_id);
    expect(new Set([...all, event.contexts.trace.trace_id])).toHaveLength(1);
    expect(published?.parent_span_id).toBe(request?.span_id);
    for (const attempt of attempts) expect(attempt.parent_span_id).toBe(published?.span_id);
    expect(attempts.map(({ span_id }) => span_id)).toContain(event.contexts.trace.span_id);
  });

  it('has spans that Queues insights can read', () => {
    const messaging = ({ attributes, status }: SentSpan) => {
      const entries = Object.entries(attributes).filter(([key]) => key.startsWith('messaging.'));
      return Object.fromEntries([
        ['status', status],
        ...entries.map(([key, { value }]) => [key.slice('messaging.'.length), value]),
      ]) as Record<string, unknown>;
    };
    const of = (op: string) =>
      server.spans.filter(({ attributes }) => attributes['sentry.op']?.value === op).map(messaging);
    const id = event.contexts['task']?.['id'];
    const size = expect.any(Number) as number;
    expect(of('queue.publish')).toEqual([
      { status: 'ok', 'message.id': id, 'destination.name': 'default', 'message.body.size': size },
    ]);
    const attempts = of('queue.process');
    expect(attempts).toHaveLength(5);
    for (const [retries, attempt] of attempts.entries()) {
      expect(attempt).toEqual({
        status: 'error',
        'message.id': id,
        'destination.name': 'default',
        'message.body.size': size,
        'message.retry.count': retries,
        ...(retries === 0 && { 'message.receive.latency': size }),
      });
    }
  });

  it('says to nobody what it was called with, nor any address', () => {
    for (const text of [...SECRETS, ...ADDRESSES, 'secret.example', 'quoted.example'])
      expect(server.sent).not.toContain(text);
    expect(server.sent).toContain('[address]');
    expect(server.sent).toContain('before it failed');
  });
});

describe('which failures are reported', () => {
  let server: DsnServer;
  let app: Application;

  beforeAll(async () => {
    server = await DsnServer.start();
    app = await Application.start({
      sentry: {
        dsn: server.dsn,
        tasks: {
          fails: { report: 'every', sendArguments: true },
          'dies-once': { report: { after: 3 } },
          ignores: false,
        },
      },
    });
    const made = await Promise.all([
      app.call('fails', { args: [{ ...ARGUMENT, topic: 'carol@argument.example asks' }] }),
      app.call('expected'),
      app.call('ignores'),
      app.call('overruns'),
      app.call('throws-no-error'),
      app.call('tags', { args: ['red', 60] }),
      app.call('tags', { args: ['blue', 30] }),
    ]);
    const outcomes = ['failed', 'failed', 'ignored', 'failed', 'failed', 'failed', 'failed'];
    await Promise.all(made.map((id, index) => app.outcome(id, outcomes[index] ?? '')));
    await app.close();
  });
  afterAll(() => server.stop());

  const of = (task: string) => server.events.filter(({ tags }) => tags['task'] === task);

  it('every attempt, if the task is to be reported so, the last one as an error', () => {
    expect(of('fails').map(({ tags, level }) => [tags['attempt'], level])).toEqual([
      [1, 'warning'],
      [2, 'warning'],
      [3, 'warning'],
      [4, 'warning'],
      [5, 'error'],
    ]);
  });

  it('with its arguments, if they are asked for: without an address, and without the parts of a message', () => {
    expect(of('fails')[0]?.contexts['arguments']).toEqual({
      '0': { to: '[left out]', subject: '[left out]', body: '[left out]', topic: '[address] asks' },
    });
    for (const text of [...SECRETS, ...ADDRESSES]) expect(server.sent).not.toContain(text);
  });

  it('not one that its task expects, nor what is no failure', () => {
    expect(of('expected')).toEqual([]);
    expect(of('ignores')).toEqual([]);
  });

  it('each with what its own code has told the SDK, and nothing of what ran beside it', () => {
    const events = of('tags') as (SentEvent & { breadcrumbs: { message: string }[] })[];
    expect(new Set(events.map(({ tags }) => tags['colour']))).toEqual(new Set(['red', 'blue']));
    for (const { tags, fingerprint } of events)
      expect(fingerprint).toEqual(
        tags['colour'] === 'red' ? ['of the task'] : ['celeriac', 'BadImage', 'tags'],
      );
    for (const { tags, breadcrumbs } of events)
      expect(breadcrumbs.map(({ message }) => message)).toEqual([`seen in ${String(tags['colour'])}`]);
  });

  it('a time limit has a fingerprint of its own', () => {
    expect(of('overruns').map(({ fingerprint }) => fingerprint)).toEqual([
      ['celeriac', 'soft time limit', 'overruns'],
    ]);
  });

  it('what is thrown and is no error is not looked into', () => {
    const [event] = of('throws-no-error');
    expect(event?.exception?.values).toMatchObject([{ type: 'NonError', value: 'thrown: [object Object]' }]);
  });
});

describe('traces', () => {
  let server: DsnServer;
  let app: Application;
  beforeAll(async () => {
    server = await DsnServer.start();
    app = await Application.start({ sentry: { dsn: server.dsn, tracesSampleRate: 1 } });
  });
  afterAll(() => server.stop());

  it('of calls that wait are new, and linked to their sender; without a span around them each call has its own', async () => {
    const later = await app.call('fails', { options: { countdown: '50ms' } });
    const first = await app.call('succeeds', { within: 'nothing' });
    const second = await app.call('succeeds', { within: 'nothing' });
    const nested = await app.call('calls-another', { within: 'nothing' });
    await app.outcome(later, 'failed');
    for (const id of [first, second, nested]) await app.outcome(id, 'succeeded');
    await app.close();
    const of = (id: string) =>
      server.spans.filter(
        ({ attributes }) =>
          attributes['messaging.message.id']?.value === id &&
          attributes['sentry.op']?.value === 'queue.process',
      );
    const published = server.spans.find(
      ({ attributes }) =>
        attributes['messaging.message.id']?.value === later &&
        attributes['sentry.op']?.value === 'queue.publish',
    );
    expect(of(later)).toHaveLength(5);
    const traces = new Set(of(later).map(({ trace_id }) => trace_id));
    expect(traces).toHaveLength(1);
    expect(traces).not.toContain(published?.trace_id);
    expect(of(later)[0]?.links).toMatchObject([
      { trace_id: published?.trace_id, span_id: published?.span_id },
    ]);
    expect(server.events[0]?.contexts.trace.trace_id).toBe([...traces][0]);

    expect(of(first)).toHaveLength(1);
    expect(of(first)[0]?.trace_id).not.toBe(of(second)[0]?.trace_id);

    const inner = server.spans.filter(
      ({ name, trace_id }) => name === 'succeeds' && trace_id === of(nested)[0]?.trace_id,
    );
    expect(new Set(inner.map(({ attributes }) => attributes['sentry.op']?.value))).toEqual(
      new Set(['queue.process', 'queue.publish']),
    );
    expect(inner).toHaveLength(2);
  });

  it('have no spans of what the broker does', () => {
    const stores = server.spans.filter(({ attributes }) =>
      String(attributes['sentry.op']?.value).startsWith('db'),
    );
    expect(stores).toEqual([]);
  });
});
