import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type HealthEvent,
  TaskEvents,
  TasksModule,
  type TasksModuleOptions,
  TasksService,
} from '../../../src/index.js';
import { HealthModule, type HealthModuleOptions } from '../../../src/health/index.js';
import { QUICK } from './quick.js';
import { until } from '../../support/until.js';
import { WatchedTasks } from './watched-tasks.js';

interface Body {
  readonly status: string;
  readonly details: Readonly<Record<string, { state: string; message?: string } & Record<string, unknown>>>;
}

const PAUSE = 50;
/** What a change may take until it is seen, on a machine that is busy with other things. */
const SEEN = 25_000;

/** An application without workers that watches, over HTTP. */
export class WatchedApp {
  readonly events: HealthEvent[] = [];

  private constructor(
    private readonly app: INestApplication,
    readonly url: string,
    private readonly headers: Readonly<Record<string, string>>,
  ) {
    app.get(TaskEvents).on('health changed', (event) => void this.events.push(event));
  }

  static async start(
    tasks: TasksModuleOptions,
    health: HealthModuleOptions = QUICK,
    imports: DynamicModule[] = [],
    headers: Readonly<Record<string, string>> = {},
  ): Promise<WatchedApp> {
    @Module({
      imports: [TasksModule.forRoot(tasks), ...imports, HealthModule.forRoot(health)],
      providers: [WatchedTasks],
    })
    class AppModule {}
    const app = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await app.listen(0, '127.0.0.1');
    return new WatchedApp(app, await app.getUrl(), headers);
  }

  get tasks(): TasksService {
    return this.app.get(TasksService);
  }

  get<T>(token: new (...args: never[]) => T): T {
    return this.app.get(token, { strict: false });
  }

  async probe(
    path: 'live' | 'ready' | 'startup' | 'tasks',
    headers = this.headers,
  ): Promise<{ status: number; body: Body }> {
    const response = await fetch(`${this.url}/health/${path}`, { headers });
    return { status: response.status, body: (await response.json()) as Body };
  }

  /** What is in this state now. */
  async are(state: string): Promise<string[]> {
    const { body } = await this.probe('tasks');
    return Object.entries(body.details).flatMap(([key, shown]) => (shown.state === state ? [key] : []));
  }

  /** Waits until all is well. */
  async well(): Promise<void> {
    await until(
      async () => (await this.probe('tasks')).body.status === 'ok',
      SEEN,
      () => 'all is well',
    );
  }

  /**
   * Breaks one thing, waits until it is down, looks on for a while, repairs it, and waits until all is well: nothing else
   * was down at any time, and the process was alive at all of them.
   */
  async onlyDown(
    key: string,
    message: RegExp,
    breakIt: () => unknown,
    repair: () => unknown = () => undefined,
  ): Promise<void> {
    const seen = new Set<string>();
    const told = this.events.length;
    await breakIt();
    let body: Body | undefined;
    const look = async () => {
      const live = await this.probe('live');
      assert.equal(live.status, 200);
      ({ body } = await this.probe('tasks'));
      for (const [name, { state }] of Object.entries(body.details)) if (state === 'down') seen.add(name);
      return seen.has(key);
    };
    await until(look, SEEN, () => `${key} is down; what is seen is ${JSON.stringify(body)}`);
    assert.match(body?.details[key]?.message ?? '', message);
    assert.equal((await this.probe('tasks')).status, 503);
    const enough = performance.now() + 600;
    while (performance.now() < enough) {
      await look();
      await sleep(PAUSE);
    }
    await repair();
    await until(
      async () => (await look()) && body?.status === 'ok',
      SEEN,
      () => `all is well; ${JSON.stringify(body)}`,
    );
    assert.deepEqual([...seen], [key]);
    await until(() => this.told(key, told).at(-1) === 'up', SEEN);
    assert.deepEqual(this.told(key, told), ['down', 'up'], JSON.stringify(this.events.slice(told)));
    assert.deepEqual(
      this.events.slice(told).filter((event) => event.key !== key && event.to === 'down'),
      [],
    );
  }

  private told(key: string, since: number): string[] {
    return this.events.slice(since).flatMap((event) => (event.key === key ? [event.to] : []));
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}
