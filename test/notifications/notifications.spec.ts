import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HealthEvent, TaskEvents, TasksModule } from '../../src/index.js';
import { NotificationsModule, type NotificationsModuleOptions } from '../../src/notifications/index.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';

const broker = brokerOptions({ broker: 'redis', lying: false });

/** A webhook that takes what it is sent, or does not. */
class Webhook {
  readonly texts: string[] = [];
  readonly types = new Set<string | undefined>();
  answer: number | 'silence' = 200;
  asked = 0;
  private readonly server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += String(piece)));
    request.on('end', () => {
      this.asked++;
      this.types.add(request.headers['content-type']);
      if (this.answer === 'silence') return;
      if (this.answer === 200) this.texts.push((JSON.parse(body) as { text: string }).text);
      response.writeHead(this.answer).end('ok');
    });
  });

  async open(): Promise<string> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${(this.server.address() as { port: number }).port}/secret`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

describe('notifications', () => {
  const namespace = newNamespace();
  let webhook: Webhook;
  let url: string;
  let close: () => Promise<void>;
  let tell: (key: string, from: HealthEvent['from'], to: HealthEvent['to']) => void;

  const start = async (options: Omit<NotificationsModuleOptions, 'webhook'>) => {
    @Module({
      imports: [
        TasksModule.forRoot({ broker, namespace }),
        NotificationsModule.forRoot({ webhook: url, ...options }),
      ],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    close = () => app.close();
    const events = app.get(TaskEvents, { strict: false });
    tell = (key, from, to) =>
      events.emit('health changed', { key, from, to, lasted: 4_000, message: 'so it is' });
  };

  beforeEach(async () => {
    webhook = new Webhook();
    url = await webhook.open();
  });
  afterEach(async () => {
    await close();
    webhook.close();
    await eraseNamespace(broker, namespace);
  });

  it('what breaks together is one message, in the form of Slack', async () => {
    await start({ gather: '200ms', quiet: '1h' });
    tell('broker', 'up', 'down');
    tell('smtp', 'up', 'degraded');
    await until(() => webhook.texts.length === 1);
    expect(webhook.texts[0]).toBe(
      '*1 down, 1 degraded*\n• broker is down: so it is\n• smtp is degraded: so it is',
    );
    expect([...webhook.types]).toEqual(['application/json']);
  });

  it('a storm is one message, and one more when the quiet period is over', async () => {
    await start({ gather: '50ms', quiet: '700ms' });
    tell('broker', 'up', 'down');
    await until(() => webhook.texts.length === 1);
    for (let round = 0; round < 200; round++) {
      tell('queue a', 'up', 'down');
      tell('queue a', 'down', 'up');
    }
    expect(webhook.texts).toHaveLength(1);
    await until(() => webhook.texts.length === 2);
    expect(webhook.texts[1]).toMatch(
      /^\*1 up again\*\n• queue a is up again: it was down for \S+\n• and 300 changes before/,
    );
  });

  it('what a webhook does not take is sent again, with what came since', async () => {
    await start({ gather: '20ms', quiet: '1h' });
    webhook.answer = 500;
    tell('broker', 'up', 'down');
    await until(() => webhook.asked === 1);
    tell('workers', 'up', 'down');
    webhook.answer = 200;
    await until(() => webhook.texts.length === 1);
    expect(webhook.texts[0]).toMatch(/^\*2 down\*/);
  });

  it('a shutdown sends what is left, and does not wait for a webhook that is silent', async () => {
    await start({ gather: '1h', quiet: '1h' });
    tell('broker', 'up', 'down');
    await close();
    expect(webhook.texts).toHaveLength(1);
    await start({ gather: '1h', quiet: '1h' });
    webhook.answer = 'silence';
    tell('broker', 'up', 'down');
    await close();
    expect(webhook.asked).toBe(2);
  });

  it('channels of the application’s own are told, too; one that fails does not keep news from the others', async () => {
    const sent: string[] = [];
    const own = { send: async ({ title }: { title: string }) => void sent.push(title) };
    const broken = { send: () => Promise.reject(new Error('no')) };
    await start({ gather: '10ms', quiet: '1h', channels: [broken, own] });
    tell('broker', 'up', 'down');
    await until(() => webhook.texts.length === 1 && sent.length === 1);
    expect(sent).toEqual(['1 down']);
  });

  it.each<[object, RegExp]>([
    [{}, /webhook.*is missing/s],
    [{ webhook: 'hooks.example.com/T0/secret' }, /webhook.*is no URL/s],
    [{ webhook: 'http://x', quite: '5m' }, /Did you mean "quiet"/],
    [{ channels: [{}] }, /cannot send/],
  ])('%j is refused', async (options, message) => {
    await start({});
    const forRoot = () => NotificationsModule.forRoot(options);
    expect(forRoot).toThrow(message);
    expect(forRoot).not.toThrow(/secret/);
  });
});
