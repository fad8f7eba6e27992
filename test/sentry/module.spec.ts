import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { HealthEvent } from '../../src/index.js';
import { SentryModule } from '../../src/sentry/index.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';
import { Application, type TestOptions } from './support/application.js';
import { DsnServer } from './support/dsn-server.js';

const WITHOUT_SDK = fileURLToPath(new URL('./fixtures/without-sdk.js', import.meta.url));

describe('SentryModule', () => {
  const servers: DsnServer[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.stop()));
  const listen = async (how?: 'mute') => {
    const server = await DsnServer.start(how);
    servers.push(server);
    return server;
  };

  it('tells of health once each way, and holds a storm back, but never health', async () => {
    const server = await listen();
    const app = await Application.start({
      sentry: { dsn: server.dsn, throttle: { events: 1, period: '1h' } },
    });
    const change = (from: HealthEvent['from'], to: HealthEvent['to'], lasted = 5_000) =>
      app.tell('health changed', {
        key: 'queue email',
        from,
        to,
        lasted,
        message: 'the oldest call waits for 7m',
      });
    change('up', 'degraded');
    change('degraded', 'down');
    change('down', 'unknown');
    change('unknown', 'up', 90_000);
    change('up', 'unknown');
    change('unknown', 'up');
    const calls = [];
    for (let i = 0; i < 4; i++) calls.push(await app.call('fails-at-once'));
    for (const id of calls) await app.outcome(id, 'failed');
    await app.close();

    const health = server.events.filter(({ tags }) => tags['health'] === 'queue email');
    expect(health.map(({ level, message }) => [level, message])).toEqual([
      ['warning', 'queue email is degraded: the oldest call waits for 7m'],
      ['error', 'queue email is down: the oldest call waits for 7m'],
      ['info', 'queue email is up again, after 90s'],
    ]);
    for (const event of health) expect(event.fingerprint).toEqual(['celeriac', 'health', 'queue email']);

    const failures = server.events.filter(({ tags }) => tags['task'] === 'fails-at-once');
    expect(failures.map(({ message }) => message)).toEqual([
      undefined,
      '3 more of "fails-at-once" were kept back: BadImage',
    ]);
    for (const { fingerprint } of failures)
      expect(fingerprint).toEqual(['celeriac', 'BadImage', 'fails-at-once']);
  });

  it('tells of the runs of schedules: that they begin, and what they came to in the end', async () => {
    const server = await listen();
    const app = await Application.start({ sentry: { dsn: server.dsn } });
    await app.outcome(await app.run('succeeds', 'daily', '1d'), 'succeeded');
    await app.outcome(await app.run('fails', 'hourly', '1h'), 'failed');
    await app.outcome(await app.run('succeeds', 'often', '1s', 2), 'succeeded');
    await app.close();
    const of = (slug: string) => server.checkIns.filter(({ monitor_slug }) => monitor_slug === slug);
    for (const [slug, status] of [
      ['daily', 'ok'],
      ['hourly', 'error'],
    ] as const) {
      const [begun, ended, ...others] = of(slug);
      expect(others).toEqual([]);
      expect(begun).toMatchObject({ status: 'in_progress', monitor_config: { checkin_margin: 2 } });
      expect(ended).toMatchObject({ status, check_in_id: begun?.['check_in_id'] });
      expect(ended).not.toHaveProperty('monitor_config');
    }
    expect(of('daily')[0]).toMatchObject({
      monitor_config: { schedule: { type: 'interval', value: 1, unit: 'day' } },
    });
    expect(of('often')).toEqual([]);
    expect(app.output.match(/"often" is not watched by Sentry/g)).toHaveLength(1);
  });

  it('tells of a lost lock once, be it noticed once or twice', async () => {
    const server = await listen();
    const app = await Application.start({ sentry: { dsn: server.dsn } });
    const lose = (id: string, ...ways: ('lock lost' | 'refused' | 'died')[]) => {
      for (const how of ways)
        app.tell('lost', { id, task: 'succeeds', queue: 'default', how, reason: 'it was lost' });
    };
    lose('default.1', 'lock lost', 'refused');
    lose('default.2', 'refused');
    lose('default.3', 'died');
    await app.close();
    expect(server.events.map(({ contexts }) => contexts['task']?.['id'])).toEqual(['default.1', 'default.2']);
    for (const { fingerprint, level } of server.events)
      expect([fingerprint, level]).toEqual([['celeriac', 'lock lost', 'succeeds'], 'warning']);
  });

  it('a rejection that nobody handles ends the worker as it would without it, and is reported', async () => {
    const server = await listen();
    const app = await Application.start({ sentry: { dsn: server.dsn } });
    await app.call('lets-slip');
    expect(await app.ended()).not.toBe(0);
    expect(server.events).toHaveLength(1);
    expect(server.events[0]).toMatchObject({ level: 'fatal', tags: { task: 'lets-slip', attempt: 1 } });
    expect(server.sent).not.toMatch(/secret\.example|quoted\.example/);
  });

  it('does not hold up a shutdown for longer than it is to', async () => {
    const server = await listen('mute');
    const app = await Application.start({ sentry: { dsn: server.dsn, flushTimeout: '300ms' } });
    await app.outcome(await app.call('fails-at-once'), 'failed');
    await until(() => server.sent.includes('BadImage'));
    expect(await app.close()).toBeLessThan(3_000);
  });

  it('uses the SDK as the application has initialised it, and keeps its own events clean then too', async () => {
    const server = await listen();
    const own = await listen();
    const app = await Application.start({
      sentry: { dsn: server.dsn, report: 'every' },
      instrumentedFor: own.dsn,
    });
    await app.outcome(await app.call('fails'), 'failed');
    await app.close();
    expect(server.sent).toBe('');
    expect(own.events.map(({ tags }) => tags['attempt'])).toEqual([1, 2, 3, 4, 5]);
    expect(own.events[0]).toMatchObject({ release: 'of the application' });
    expect(JSON.stringify(own.events)).not.toMatch(/secret\.example|quoted\.example|inner\.example/);
  });

  it("keeps calls apart in OpenTelemetry's context, too", async () => {
    const own = await listen();
    const app = await Application.start({ sentry: {}, instrumentedFor: own.dsn, openTelemetry: true });
    const colours = ['red', 'blue'];
    const calls = await Promise.all(
      colours.map((colour) => app.call('tags', { args: [colour, 50], within: 'nothing' })),
    );
    for (const id of calls) await app.outcome(id, 'failed');
    await app.close();
    const seen = own.events.map(({ tags, contexts }) => [tags['colour'], contexts['task']?.['id']] as const);
    expect(seen).toHaveLength(2);
    expect(new Map(seen)).toEqual(new Map(colours.map((colour, index) => [colour, calls[index]])));
    expect(new Set(own.events.map(({ contexts }) => contexts['trace']?.['trace_id'])).size).toBe(2);
  });

  it('without a DSN does nothing, and says so once', async () => {
    const app = await Application.start({ sentry: {} });
    await app.outcome(await app.call('fails-at-once'), 'failed');
    await app.close();
    expect(app.output.match(/Nothing is reported/g)).toHaveLength(1);
  });

  it('without the package does nothing, and says so once', async () => {
    const broker = brokerOptions({ broker: 'redis', lying: false });
    const namespace = newNamespace();
    const options: TestOptions = {
      tasks: { broker, namespace },
      sentry: { dsn: 'https://key@sentry.invalid/1' },
    };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [WITHOUT_SDK], {
      env: { ...process.env, CELERIAC_TEST_SENTRY: JSON.stringify(options) },
    });
    expect(stdout.match(/Nothing is reported: the package "@sentry\/node" is not installed/g)).toHaveLength(
      1,
    );
    expect(stderr).toBe('');
    await eraseNamespace(broker, namespace);
  });

  it('a DSN that is none fails the boot, and so does a rule for a task that is none', async () => {
    expect(() => SentryModule.forRoot({ dsn: 'https://sentry.io' })).toThrow(
      /option "dsn" is "https:\/\/sentry\.io", not a DSN/,
    );
    const starting = Application.start({ sentry: { tasks: { 'fail-at-once': false } }, worker: false });
    await expect(starting).rejects.toThrow(/"fail-at-once" is unknown\. Did you mean "fails-at-once"\?/);
  });
});
