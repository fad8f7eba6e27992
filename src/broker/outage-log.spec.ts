import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { OutageLog } from './outage-log.js';

class Broker {
  away = false;
  readonly lines: string[] = [];
  readonly log = new OutageLog(
    {
      warn: (line: string) => this.lines.push(`warn: ${line}`),
      log: (line: string) => this.lines.push(`log: ${line}`),
    },
    'redis',
    () => (this.away ? Promise.reject(new Error('away')) : Promise.resolve()),
  );

  async wrote(count: number): Promise<void> {
    for (let look = 0; look < 400 && this.lines.length < count; look++) await sleep(10);
  }
}

describe('errors of the broker', () => {
  it('are an outage if it does not answer: two lines, however many there are', async () => {
    const broker = new Broker();
    broker.away = true;
    for (const message of ['ECONNREFUSED', 'Connection is closed', 'ECONNREFUSED'])
      broker.log.report(new Error(message));
    await broker.wrote(1);
    broker.log.report(new Error('ETIMEDOUT'));
    broker.away = false;
    await broker.wrote(2);
    // Connections hear of it one after the other.
    broker.log.report(new Error('ECONNRESET'));
    await sleep(20);
    expect(broker.lines).toEqual([
      'warn: The broker (redis) does not answer: ECONNREFUSED',
      expect.stringMatching(/^log: The broker \(redis\) answers again, after [\d.]+m?s$/),
    ]);
    broker.log.close();
  });

  it('that answers are told one by one, the same once', async () => {
    const broker = new Broker();
    for (const message of ['READONLY', 'OOM', 'READONLY']) {
      broker.log.report(new Error(message));
      await sleep(20);
    }
    expect(broker.lines).toEqual(['warn: READONLY', 'warn: OOM']);
    broker.log.close();
  });

  it('are silent once it is closed', async () => {
    const broker = new Broker();
    broker.away = true;
    broker.log.report(new Error('ECONNREFUSED'));
    broker.log.close();
    await sleep(500);
    expect(broker.lines).toEqual([]);
  });
});
