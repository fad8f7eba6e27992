import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { InjectQueue } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { afterAll, describe, expect, it, vi } from 'vitest';
import {
  AbandonedRuns,
  getTasksToken,
  InjectTasks,
  NotATaskError,
  NoTasksError,
  Task,
  type TaskClient,
  TasksModule,
  type TasksModuleOptions,
  TasksService,
  TaskWorker,
} from '../../src/index.js';
import { ClockGuard } from '../../src/worker/clock-guard.js';
import { Callers, FixtureTasks, Gates, Journal } from '../conformance/fixture-tasks.js';
import { bootApp } from '../conformance/test-app.js';
import { brokerOptions, newNamespace } from '../conformance/variant.js';
import { eraseNamespace } from '../support/erase-namespace.js';
import { until } from '../support/until.js';

const broker = brokerOptions({ broker: 'redis', lying: false });
const namespaces: string[] = [];
const namespace = (): string => {
  const name = newNamespace();
  namespaces.push(name);
  return name;
};

@Injectable()
class Greeter {
  @Task({ name: 'greet' })
  async greet(name: string): Promise<string> {
    return `hello ${name}`;
  }

  helper(): string {
    return 'not a task';
  }
}

@Injectable()
class Caller {
  constructor(@InjectTasks(Greeter) readonly greeter: TaskClient<Greeter>) {}
}

describe('TasksModule', () => {
  afterAll(async () => {
    for (const name of namespaces) await eraseNamespace(broker, name);
  });

  const greets = async (tasksModule: ReturnType<typeof TasksModule.forRoot>, extra: object[] = []) => {
    @Module({ imports: [tasksModule, ...(extra as never[])], providers: [Greeter, Caller] })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    try {
      return await (await app.get(Caller).greeter.greet.delay('world')).get();
    } finally {
      await app.close();
    }
  };
  const options = (): TasksModuleOptions => ({ broker, namespace: namespace(), worker: true });

  it('forRoot: a call runs', async () =>
    expect(await greets(TasksModule.forRoot(options()))).toBe('hello world'));

  it('forRootAsync: with a factory, a class, an existing provider', async () => {
    @Module({ providers: [{ provide: 'settings', useFactory: options }], exports: ['settings'] })
    class SettingsModule {}
    const useFactory = (settings: TasksModuleOptions) => settings;
    const fromFactory = TasksModule.forRootAsync({
      imports: [SettingsModule],
      inject: ['settings'],
      useFactory,
    });
    expect(await greets(fromFactory)).toBe('hello world');

    @Injectable()
    class Factory {
      createTasksOptions = async () => options();
    }
    expect(await greets(TasksModule.forRootAsync({ useClass: Factory }))).toBe('hello world');

    @Module({ providers: [Factory], exports: [Factory] })
    class FactoryModule {}
    const existing = TasksModule.forRootAsync({ imports: [FactoryModule], useExisting: Factory });
    expect(await greets(existing)).toBe('hello world');
  });

  it('forFeature gives the client of a class whose file loaded late', async () => {
    class Late {
      @Task({ name: 'late' })
      run(): void {}
    }
    @Module({
      imports: [TasksModule.forRoot({ broker, namespace: namespace() }), TasksModule.forFeature([Late])],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false });
    const client = app.get<TaskClient<Late>>(getTasksToken(Late), { strict: false });
    const { id } = await client.run.delay();
    expect((await app.get(TasksService).result(id).state())?.task).toBe('late');
    await app.close();
  });

  it('@InjectQueue finds our queue, for reading', async () => {
    @Injectable()
    class Reader {
      constructor(@InjectQueue('default') readonly queue: Queue) {}
    }
    const app = await bootApp({ broker, namespace: namespace() }, [Reader, Caller]);
    await app.get(Caller).greeter.greet.delay('x');
    expect(await app.get(Reader).queue.getWaitingCount()).toBe(1);
    await app.close();
  });

  it('a method without @Task, and a class without tasks, say so', async () => {
    class Empty {}
    const app = await bootApp({ broker, namespace: namespace() }, [Caller]);
    const { greeter } = app.get(Caller) as unknown as { greeter: { helper: unknown } };
    expect(() => greeter.helper).toThrow(NotATaskError);
    await app.close();

    @Injectable()
    class Mistaken {
      constructor(@Inject(getTasksToken(Empty)) readonly tasks: unknown) {}
    }
    await expect(bootApp({ broker, namespace: namespace() }, [Mistaken])).rejects.toThrow(NoTasksError);
  });

  it('at maxAbandoned the worker takes no further work', async () => {
    const watched = vi.spyOn(ClockGuard.prototype, 'start');
    const providers = [FixtureTasks, Callers, Journal, Gates];
    const app = await bootApp({ broker, namespace: namespace(), worker: { maxAbandoned: 2 } }, providers);
    const { tasks } = app.get(Callers);
    const stuck = await tasks.deaf.delayMany([['a'], ['b']]);
    for (const result of stuck) await result.get().catch(() => undefined);
    await until(() => app.get(AbandonedRuns).list().length === 2);
    // One call may have been fetched before the worker paused; of many, most stay where they are.
    const results = await tasks.echo.delayMany(Array.from({ length: 20 }, (): [string] => ['after']));
    const states = async () => Promise.all(results.map(async (result) => (await result.state())?.state));
    await until(async () => !(await states()).includes('running'));
    expect(app.get(TaskWorker).consuming).toBe(false);
    const [limit] = watched.mock.lastCall ?? [];
    limit?.stop();
    limit?.resume();
    expect(app.get(TaskWorker).consuming, 'a clock that is right again does not change that').toBe(false);
    expect((await states()).filter((state) => state === 'queued').length).toBeGreaterThanOrEqual(18);
    app.get(Gates).release('a');
    app.get(Gates).release('b');
    await app.close();
  });
});
