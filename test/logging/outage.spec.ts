import { Injectable, Logger, type LoggerService } from '@nestjs/common';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { EnqueueTimeoutError, Task, TasksService } from '../../src/index.js';
import { bootApp } from '../conformance/test-app.js';
import { newNamespace } from '../conformance/variant.js';
import { startRedis } from '../support/redis-server.js';
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

describe('an outage of Redis', () => {
  afterEach(() => Logger.overrideLogger(false));

  it('is one line when it begins, and one when it is over', async () => {
    const server = await startRedis();
    onTestFinished(() => server.stop());
    const lines = new Lines();
    const app = await bootApp(
      {
        broker: { type: 'redis', url: server.url },
        namespace: newNamespace(),
        queues: { default: {}, other: {}, third: {} },
        worker: true,
        enqueueTimeout: '2s',
      },
      [SteadyTasks],
    );
    onTestFinished(() => app.close());
    Logger.overrideLogger(lines);
    const call = () => app.get(TasksService).call('steady', [], { queue: 'default' });
    await (await call()).get({ timeout: '10s' });

    await server.kill();
    await until(() => lines.all.length > 0);
    // Meanwhile all its connections come back in vain, again and again, and callers complain.
    await expect(Promise.all([call(), call()])).rejects.toThrow(EnqueueTimeoutError);
    await server.start();
    await until(() => lines.all.length > 1);
    for (let again = 0; again < 20; again++) await (await call()).get({ timeout: '10s' });
    expect(lines.all).toEqual([
      expect.stringMatching(/^The broker \(redis\) does not answer: .+/),
      expect.stringMatching(/^The broker \(redis\) answers again, after [\d.]+m?s$/),
    ]);
  });
});
