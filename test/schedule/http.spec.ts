import { Injectable, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BrokerOptions,
  Scheduled,
  Schedules,
  SchedulesModule,
  Task,
  TasksModule,
} from '../../src/index.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

const TOKEN = 'a-long-token';

@Injectable()
class ReportTasks {
  @Scheduled('0 3 * * *', { id: 'nightly', tz: 'Europe/Berlin' })
  @Task({ name: 'reports.make' })
  async make(): Promise<void> {
    await Promise.resolve();
  }
}

interface Listed {
  readonly schedules: readonly { readonly id: string; readonly next: readonly string[] }[];
}

describe('GET /schedules', () => {
  let redis: RedisServer;
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    redis = await startRedis();
    const broker: BrokerOptions = { type: 'redis', url: redis.url };
    @Module({
      imports: [
        TasksModule.forRoot({ broker, scheduler: true, enqueueTimeout: '1s' }),
        SchedulesModule.forRootAsync({ useFactory: () => ({ token: TOKEN }) }),
      ],
      providers: [ReportTasks],
    })
    class AppModule {}
    app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await app.listen(0, '127.0.0.1');
    url = `${await app.getUrl()}/schedules`;
    const schedules = app.get(Schedules);
    await schedules.upsert('change', {
      task: 'reports.make',
      when: '0 4 1 * *',
      tz: 'America/New_York',
      startsAt: new Date('2027-02-15'),
    });
    await schedules.upsert('once', { task: 'reports.make', when: { at: new Date(Date.now() + 3_600_000) } });
    await schedules.pause('once');
  });

  afterAll(async () => {
    await app.close();
    await redis.stop();
  });

  const get = async (query = '', token: string | undefined = TOKEN) => {
    const response = await fetch(
      `${url}${query}`,
      token ? { headers: { Authorization: `Bearer ${token}` } } : {},
    );
    return { status: response.status, headers: response.headers, body: (await response.json()) as Listed };
  };

  it('lists all, with expression in words, zone, owner, state and what is next', async () => {
    const { status, headers, body } = await get();
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.schedules.map(({ id }) => id)).toEqual(['change', 'nightly', 'once']);
    expect(body.schedules).toMatchObject([
      { owner: 'run time', state: 'active', expression: '0 4 1 * *', tz: 'America/New_York' },
      {
        task: 'reports.make',
        queue: 'default',
        args: [],
        words: 'At 03:00 AM',
        tz: 'Europe/Berlin',
        owner: 'code',
        state: 'active',
        misfire: 'one',
        overlap: 'allow',
        late: 0,
      },
      { owner: 'run time', state: 'paused', next: [] },
    ]);
    expect(body.schedules[1]?.next).toHaveLength(5);
  });

  it('shows times on the clock of whoever looks, on either side of a change', async () => {
    const { body } = await get('?tz=Europe/Berlin');
    // New York has changed its clock by 1 April, and Berlin has: 10:00 in both; on 1 March neither has.
    expect(body.schedules[0]?.next.slice(0, 2)).toEqual([
      '2027-03-01T10:00:00+01:00',
      '2027-04-01T10:00:00+02:00',
    ]);
    for (const time of body.schedules[1]?.next ?? []) expect(time).toMatch(/T03:00:00\+0[12]:00$/);
    expect((await get()).body.schedules[0]?.next[0]).toBe('2027-03-01T09:00:00Z');
  });

  it('wants the token, and a zone there is', async () => {
    expect((await get('', '')).status).toBe(401);
    expect((await get('', 'another')).status).toBe(401);
    const { status, body } = await get('?tz=Berlin');
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toMatch(/"Berlin\\?".*Europe\/Berlin/);
    expect((await get('?tz=UTC&tz=UTC')).status).toBe(400);
  });

  it('says so when the broker is away', async () => {
    await redis.kill();
    const { status, body } = await get();
    expect(status).toBe(503);
    expect(JSON.stringify(body)).toContain('The broker does not answer');
    await redis.start();
  });
});
