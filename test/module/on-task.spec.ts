import { Injectable, Module, Scope } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DeliveryEvent,
  OnTask,
  type StartEvent,
  Task,
  TaskContext,
  TasksModule,
  TasksService,
} from '../../src/index.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';

const broker = brokerOptions({ broker: 'redis', lying: false });

class Declined extends Error {}

@Injectable()
class Payments {
  @Task({ name: 'pay', maxRetries: 0, throws: [Declined] })
  async pay(how: 'well' | 'declined' | 'broken'): Promise<string> {
    if (how === 'declined') throw new Declined('no money');
    if (how === 'broken') throw new TypeError('a bug');
    return how;
  }

  @Task({ name: 'other' })
  async other(): Promise<void> {}
}

@Injectable()
class Listeners {
  readonly heard: string[] = [];
  readonly failures: DeliveryEvent[] = [];

  constructor(private readonly task: TaskContext) {}

  @OnTask('started', { task: 'pay' })
  onStart({ task, waited }: StartEvent): void {
    // Told in the context of the call.
    this.heard.push(`${task} started in ${this.task.name}, ${typeof waited}`);
  }

  @OnTask(['succeeded', 'failed'], { task: ['pay'] })
  onEnd({ task }: DeliveryEvent, name: string): void {
    this.heard.push(`${task} ${name}`);
  }

  @OnTask('failed')
  onFailure(event: DeliveryEvent): void {
    this.failures.push(event);
  }

  @OnTask('succeeded')
  throws(): void {
    throw new Error('a listener that is broken');
  }

  @OnTask('succeeded')
  async rejects(): Promise<void> {
    throw new Error('another');
  }
}

describe('@OnTask', () => {
  const namespace = newNamespace();
  let close: () => Promise<void>;
  let tasks: TasksService;
  let listeners: Listeners;

  beforeAll(async () => {
    @Module({
      imports: [TasksModule.forRoot({ broker, namespace, worker: true })],
      providers: [Payments, Listeners],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    close = () => app.close();
    tasks = app.get(TasksService);
    listeners = app.get(Listeners);
  });
  afterAll(async () => {
    await close?.();
    await eraseNamespace(broker, namespace);
  });

  it('tells a method of the events it names, of the tasks it names, in order', async () => {
    await (await tasks.call('other', [])).get({ timeout: '60s' });
    const paid = await tasks.call('pay', ['well']);
    expect(await paid.get({ timeout: '60s' })).toBe('well');
    await until(() => listeners.heard.length === 2);
    expect(listeners.heard).toEqual(['pay started in pay, number', 'pay succeeded']);
  });

  it('says which failures belong to the business', async () => {
    for (const how of ['declined', 'broken']) await tasks.call('pay', [how]);
    await until(() => listeners.failures.length === 2);
    const told = listeners.failures.map(({ record, expected }) => [record?.name, expected ?? false]);
    expect(told).toHaveLength(2);
    expect(Object.fromEntries(told)).toEqual({ Declined: true, TypeError: false });
  });

  it('a listener of a request-scoped provider fails the boot', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Fleeting {
      @OnTask('failed')
      onFailure(): void {}
    }
    @Module({ imports: [TasksModule.forRoot({ broker, namespace })], providers: [Fleeting] })
    class AppModule {}
    const booting = NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    await expect(booting).rejects.toThrow(/Fleeting\.onFailure.*@OnTask.*default scope/s);
  });
});
