import { Injectable, Logger, type LoggerService } from '@nestjs/common';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { type BrokerOptions, EnqueueTimeoutError, Task, TasksService } from '../../src/index.js';
import { bootApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { startRedis } from '../support/redis-server.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { until } from '../support/until.js';

@Injectable()
class SteadyTasks {
  @Task({ name: 'steady' })
  steady(): void {}
}

/** Keeps what is written. */
class Lines implements LoggerService {
  readonly all: string[] = [];
  log = (message: unknown, context: unknown): void => this.keep(message, context);
  warn = this.log;
  error = this.log;

  private keep(message: unknown, context: unknown): void {
    if (context === 'Broker') this.all.push(String(message));
  }
}

/** A broker that a test may take away, and give back. */
interface Frail {
  readonly broker: BrokerOptions;
  readonly fail: () => Promise<unknown>;
  readonly mend: () => Promise<unknown>;
}

async function redis(): Promise<Frail> {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const broker: BrokerOptions = { type: 'redis', url: server.url };
  return { broker, fail: () => server.kill(), mend: () => server.start() };
}

async function postgres(): Promise<Frail> {
  const url = new URL(process.env['DATABASE_URL'] ?? '');
  const proxy = await TcpProxy.to(Number(url.port));
  onTestFinished(() => proxy.close());
  url.port = String(proxy.port);
  const broker: BrokerOptions = { type: 'postgres', url: url.href };
  return { broker, fail: async () => proxy.refuse(), mend: async () => proxy.forward() };
}

describe('an outage of the broker', () => {
  afterEach(() => Logger.overrideLogger(false));

  it.each([
    ['redis', redis],
    ['postgres', postgres],
  ])('is one line when it begins, and one when it is over: %s', async (kind, start) => {
    const { broker, fail, mend } = await start();
    const lines = new Lines();
    const namespace = newNamespace();
    const queues = { default: {}, other: {}, third: {} };
    const app = await bootApp({ broker, namespace, queues, worker: true, enqueueTimeout: '2s' }, [
      SteadyTasks,
    ]);
    onTestFinished(async () => {
      await app.close();
      if (kind === 'postgres') await eraseNamespace(brokerOptions({ broker: kind, lying: false }), namespace);
    });
    Logger.overrideLogger(lines);
    const call = () => app.get(TasksService).call('steady', [], { queue: 'default' });
    await (await call()).get({ timeout: '10s' });

    await fail();
    await until(() => lines.all.length > 0);
    // Meanwhile all its connections come back in vain, again and again, and callers complain.
    await expect(Promise.all([call(), call()])).rejects.toThrow(EnqueueTimeoutError);
    await mend();
    await until(() => lines.all.length > 1);
    for (let again = 0; again < 20; again++) await (await call()).get({ timeout: '10s' });
    expect(lines.all).toEqual([
      expect.stringMatching(new RegExp(`^The broker \\(${kind}\\) does not answer: .+`)),
      expect.stringMatching(new RegExp(`^The broker \\(${kind}\\) answers again, after [\\d.]+m?s$`)),
    ]);
  });
});
