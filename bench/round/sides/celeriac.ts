import 'reflect-metadata';
import {
  type DynamicModule,
  type INestApplicationContext,
  type LoggerService,
  Module,
  type Provider,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  getTasksToken,
  type TaskClient,
  TaskEvents,
  TasksModule,
  type TasksModuleOptions,
} from '../../../src/index.js';
import { Ledger } from '../ledger.js';
import type { Place } from '../order.js';
import { NoopTasks } from './noop.tasks.js';
import { QUEUE, type Side } from './side.js';

/** Celeriac as its users import it: a Nest application that calls, and one that works. */
export const celeriac = celeriacWith(() => ({ imports: [], logger: false }));

/** What stands beside Celeriac in an application. */
export interface Beside {
  readonly imports: DynamicModule[];
  readonly logger: LoggerService | false;
}

/** The same, with more in it. */
export function celeriacWith(beside: () => Beside): Side {
  const boot = (place: Place, options: Partial<TasksModuleOptions>, providers: Provider[]) =>
    bootApp(place, options, providers, beside());
  return {
    async caller(place, task) {
      const app = await boot(place, {}, []);
      const client = app.get<TaskClient<NoopTasks>>(getTasksToken(NoopTasks), { strict: false })[task];
      return {
        call: (number) => client.delay(number),
        async callMany(numbers) {
          await client.delayMany(numbers.map((number) => [number]));
        },
        close: () => app.close(),
      };
    },

    async worker(place, _task, concurrency, ledger) {
      const options = { queues: { [QUEUE]: { concurrency } }, worker: true };
      const app = await boot(place, options, [NoopTasks, { provide: Ledger, useValue: ledger }]);
      return { close: () => app.close() };
    },

    async preforkWorker(place, children, ledger) {
      process.env['CELERIAC_BENCH_PLACE'] = JSON.stringify(place);
      const app = new URL('./prefork-app.module.js', import.meta.url);
      const queues = { [QUEUE]: { concurrency: children } };
      const worker = { pool: 'prefork', app, concurrency: children } as const;
      const parent = await boot(place, { queues, worker }, [
        NoopTasks,
        { provide: Ledger, useValue: ledger },
      ]);
      // Calls run elsewhere; here they are told apart by their ids.
      const numbers = new Map<string, number>();
      parent.get(TaskEvents, { strict: false }).on('succeeded', ({ id }) => {
        const number = numbers.get(id) ?? numbers.size;
        numbers.set(id, number);
        ledger.ran(number, id);
      });
      return { close: () => parent.close() };
    },
  };
}

async function bootApp(
  { broker, url, namespace }: Place,
  options: Partial<TasksModuleOptions>,
  providers: Provider[],
  { imports, logger }: Beside,
): Promise<INestApplicationContext> {
  @Module({
    imports: [TasksModule.forRoot({ broker: { type: broker, url }, namespace, ...options }), ...imports],
    providers,
  })
  class BenchModule {}

  return NestFactory.createApplicationContext(BenchModule, { logger });
}
