import { Injectable, type Type } from '@nestjs/common';
import { BullModule, Processor, WorkerHost } from '@nestjs/bullmq';
import { describe, expect, it } from 'vitest';
import {
  DuplicateTaskError,
  InvalidOptionError,
  InjectTasks,
  QueueOwnershipError,
  Task,
  type TaskOptions,
  Tasks,
  type TasksModuleOptions,
  UndeclaredQueueError,
} from '../../src/index.js';
import { resolveModuleOptions } from '../../src/tasks/options/resolve-module-options.js';
import { bootApp } from '../conformance/test-app.js';
import { brokerOptions } from '../conformance/variant.js';

const broker = brokerOptions({ broker: 'redis', lying: false });

function taskClass(options: TaskOptions, name = 'Subject'): Type {
  @Injectable()
  class Subject {
    @Task(options)
    run(): void {}
  }
  return Object.defineProperty(Subject, 'name', { value: name });
}

const boot = (providers: Type[], options: Partial<TasksModuleOptions> = {}) =>
  bootApp({ broker, ...options }, providers).then((app) => app.close());

describe('a mistake in a task fails the boot', () => {
  const options: [string, TaskOptions, RegExp][] = [
    [
      'an unknown option',
      { maxRetry: 3 } as TaskOptions,
      /"Subject\.run".*"maxRetry" is unknown\. Did you mean "maxRetries"/,
    ],
    [
      'a soft limit above the hard one',
      { softTimeLimit: '2m', timeLimit: '1m' },
      /"softTimeLimit" \(2m\) is above timeLimit \(1m\).*Lower softTimeLimit/,
    ],
    ['a soft limit above the default hard one', { softTimeLimit: '10m' }, /is above timeLimit \(6m\)/],
    [
      'a number for a duration',
      { retryBackoff: 2 as never },
      /"retryBackoff" is 2, not a duration\. Write a number with a unit/,
    ],
    ['a negative maxRetries', { maxRetries: -1 }, /"maxRetries" is -1\. It must be a whole number from 0/],
    [
      'a class that is no error',
      { autoretryFor: [Date as never] },
      /"autoretryFor" holds Date, which is not a class of errors/,
    ],
    [
      'a backoff above its cap',
      { retryBackoff: '20m' },
      /"retryBackoff" \(20m\) is above retryBackoffMax \(10m\)/,
    ],
    ['a name no id can carry', { name: 'two words' }, /"name" is "two words"/],
    [
      'a crash budget with early acks',
      { crashBudget: 2, acks: 'early' },
      /"crashBudget" is given with acks: 'early', which fails the call at the first crash/,
    ],
    [
      'a crash budget with onWorkerLost: fail',
      { crashBudget: 2, onWorkerLost: 'fail' },
      /"crashBudget" is given with onWorkerLost: 'fail'/,
    ],
    [
      'two rules for calls alike',
      { unique: {}, throttle: { for: '1h' } },
      /"Subject\.run".*"throttle" is given beside unique/,
    ],
    [
      'turns in a queue that has none',
      { fairBy: () => 'tenant' },
      /"fairBy" is given, but the queue "default" is not fair.*queues: \{ default: \{ fair: true \} \}/,
    ],
    ['a schema that is none', { schema: {} as never }, /"schema" is not a Standard Schema/],
    ['an option of a later version', { batch: 50 } as TaskOptions, /"batch" is unknown/],
  ];
  it.each(options)('%s', async (_name, given, message) => {
    const booting = boot([taskClass(given)]);
    await expect(booting).rejects.toThrow(InvalidOptionError);
    await expect(booting).rejects.toThrow(message);
  });

  it('a queue that is not declared', async () => {
    const booting = boot([taskClass({ queue: 'images' })]);
    await expect(booting).rejects.toThrow(UndeclaredQueueError);
    await expect(booting).rejects.toThrow(/"images".*declared: default.*queues: \{ "images": \{\} \}/);
  });

  it('two tasks of one name, naming both', async () => {
    const booting = boot([taskClass({ name: 'same' }, 'First'), taskClass({ name: 'same' }, 'Second')]);
    await expect(booting).rejects.toThrow(DuplicateTaskError);
    await expect(booting).rejects.toThrow(/"same": First\.run and Second\.run/);
  });

  it('a static method, which no provider could run', () => {
    const decorate = () => {
      class Static {
        @Task()
        static run(): void {}
      }
      return Static;
    };
    expect(decorate).toThrow(/Static\.run.*decorates a static method/);
  });

  it('in a class that is only called from here, too', async () => {
    const Called = taskClass({ maxRetries: 1.5 });
    @Injectable()
    class Caller {
      constructor(@InjectTasks(Called) readonly tasks: object) {}
    }
    await expect(boot([Caller])).rejects.toThrow(/"maxRetries" is 1\.5/);
  });

  it('in the defaults of its class', async () => {
    @Tasks({ timeLimit: '1s' })
    @Injectable()
    class Hasty {
      @Task()
      run(): void {}
    }
    await expect(boot([Hasty])).rejects.toThrow(/"Hasty\.run".*softTimeLimit.*above timeLimit \(1s\)/);
  });
});

describe('a queue of ours used by @nestjs/bullmq fails the boot', () => {
  it('by a @Processor', async () => {
    @Processor('default')
    class Intruder extends WorkerHost {
      async process(): Promise<void> {}
    }
    await expect(boot([Intruder])).rejects.toThrow(QueueOwnershipError);
    await expect(boot([Intruder])).rejects.toThrow(/"default".*@Processor Intruder/);
  });

  it('by registerQueue; another queue is none of our business', async () => {
    const { url } = broker as { url: string };
    const register = (name: string) => BullModule.registerQueue({ name, connection: { url } });
    const withModule = (name: string) => bootApp({ broker }, [], undefined, [register(name)]);
    await expect(withModule('default')).rejects.toThrow(/registerQueue\(\) in BullModule/);
    await (await withModule('theirs')).close();
  });
});

describe('a mistake in the module fails the boot', () => {
  const cases: [string, object, RegExp][] = [
    ['no broker', {}, /"broker" is missing/],
    ['an unknown broker', { broker: { type: 'kafka' } }, /"kafka".*Use \{ type: 'redis', url \}/],
    ['a broker without a url', { broker: { type: 'redis' } }, /"broker\.url" is missing/],
    ['an unknown option', { broker, queue: {} }, /"queue" is unknown\. Did you mean "queues"/],
    [
      'an unknown queue option',
      { broker, queues: { a: { concurency: 1 } } },
      /queue "a".*Did you mean "concurrency"/,
    ],
    ['a queue name with a dot', { broker, queues: { 'a.b': {} } }, /"a\.b"/],
    ['no queue at all', { broker, queues: {} }, /Declare at least one/],
    ['a concurrency of 0', { broker, queues: { a: { concurrency: 0 } } }, /"concurrency" is 0/],
    [
      'a worker of an undeclared queue',
      { broker, worker: { queues: ['x'] } },
      /"x", which TasksModule does not declare/,
    ],
    ['a namespace with upper case', { broker, namespace: 'Shop' }, /"namespace" is "Shop"/],
    ['a lock time of 0', { broker, worker: { lockTime: '0s' } }, /"lockTime" is "0s"/],
    ['an option of a later version', { broker, controlled: true }, /"controlled" is unknown/],
    [
      'an unknown pool',
      { broker, worker: { pool: 'threads' } },
      /"pool" is "threads"\. Use 'async' or 'prefork'/,
    ],
    ['prefork without an app', { broker, worker: { pool: 'prefork' } }, /"pool".*Add app: new URL/],
    [
      'an app that is not there',
      { broker, worker: { app: 'dist/nowhere.js#AppModule' } },
      /"app" names \S+nowhere\.js, which does not exist/,
    ],
    [
      'an app that is no file',
      { broker, worker: { app: new URL('http://x/y') } },
      /"app" is "http:\/\/x\/y"/,
    ],
    ['a memory without a unit', { broker, worker: { maxMemoryPerChild: 512 } }, /Write '512MB' or '2GB'/],
  ];
  it.each(cases)('%s', (_name, options, message) => {
    expect(() => resolveModuleOptions(options as TasksModuleOptions)).toThrow(message);
  });
});
