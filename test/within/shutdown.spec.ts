import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClientClosedError, Task, TasksModule, TasksService } from '../../src/index.js';
import { TransactionalTasksModule } from '../../src/typeorm/index.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { until } from '../support/until.js';

let began = false;

@Injectable()
class SlowTasks {
  @Task({ name: 'slow' })
  async slow(milliseconds: number): Promise<void> {
    began = true;
    await sleep(milliseconds);
  }
}

describe('within() while the process shuts down', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  it('is taken, unlike delay(): what it belongs to may be about to commit', async () => {
    const { url } = database;
    @Module({
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url }),
        TasksModule.forRoot({ broker: { type: 'postgres', url }, worker: true }),
        TransactionalTasksModule.forRoot(),
      ],
      providers: [SlowTasks],
    })
    class AppModule {}
    const app = await NestFactory.createApplicationContext(AppModule, { logger: false });
    const tasks = app.get(TasksService);
    const dataSource = app.get(DataSource);
    await tasks.call('slow', [2_000]);
    await until(() => began);

    const closing = app.close();
    await until(() =>
      tasks.call('slow', [0]).then(
        () => false,
        (error) => error instanceof ClientClosedError,
      ),
    );
    const call = await dataSource.transaction((manager) => tasks.within(manager).call('slow', [0]));
    const rows = await dataSource.query<unknown[]>('SELECT FROM celeriac.job WHERE id = $1', [call.id]);
    expect(rows).toHaveLength(1);
    await closing;
  });
});
