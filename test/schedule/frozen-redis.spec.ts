import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBroker } from '../../src/broker/index.js';
import type { Broker, NewJob } from '../../src/tasks/broker-port.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

describe('a Redis that does not answer', () => {
  let server: RedisServer;
  let broker: Broker;

  beforeAll(async () => {
    server = await startRedis();
    broker = createBroker({ broker: { type: 'redis', url: server.url }, namespace: 'frozen' });
    await broker.open();
  });
  afterAll(async () => {
    await broker.close();
    await server.stop();
  });

  const fire = (revision: number) => {
    const job: NewJob = {
      id: `default.slot-${revision}`,
      name: 'tick',
      envelope: { v: 1, args: [], headers: {}, options: {} },
      delay: 0,
      priority: 0,
    };
    return broker.schedules.fire({ id: 'often', revision, record: {}, due: null, queue: 'default' }, job);
  };

  it('holds up no slot for ever, and each has its call once it answers again', async () => {
    expect(await fire(0)).toBe('default.slot-0');
    server.freeze(true);
    const waiting = await Promise.allSettled([fire(1), fire(1)]);
    expect(waiting.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    server.freeze(false);
    // Whether it took effect, the revision tells.
    const revision = (await broker.schedules.get('often')).schedule?.revision ?? 0;
    expect(await fire(revision)).toBe(`default.slot-${revision}`);
    expect((await broker.schedules.get('often')).schedule?.revision).toBe(revision + 1);
    expect((await broker.counts('default')).waiting).toBe(revision + 1);
  });
});
