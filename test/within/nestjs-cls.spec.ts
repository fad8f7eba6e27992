import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { ClsPluginTransactional, Transactional, TransactionHost } from '@nestjs-cls/transactional';
import { TransactionalAdapterTypeOrm } from '@nestjs-cls/transactional-adapter-typeorm';
import { ClsModule } from 'nestjs-cls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InjectTasks, NotInTransactionError, Task, type TaskClient, TasksModule } from '../../src/index.js';
import { TransactionalTasksModule } from '../../src/typeorm/index.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const ran: string[] = [];

@Injectable()
class GreetingTasks {
  @Task()
  async greet(name: string): Promise<void> {
    ran.push(name);
  }
}

@Injectable()
class Guests {
  constructor(
    private readonly host: TransactionHost<TransactionalAdapterTypeOrm>,
    @InjectTasks(GreetingTasks) private readonly greetings: TaskClient<GreetingTasks>,
  ) {}

  @Transactional()
  async welcome(name: string, leaves: boolean): Promise<string> {
    const { id } = await this.greetings.greet.within(this.host.tx).delay(name);
    if (leaves) throw new Error(`${name} has left`);
    return id;
  }

  async withoutTransaction(name: string): Promise<void> {
    await this.greetings.greet.within(this.host.tx).delay(name);
  }
}

describe('within() under @nestjs-cls/transactional', () => {
  let database: TestDatabase;
  let app: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    const { url } = database;
    @Module({
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url }),
        ClsModule.forRoot({
          global: true,
          plugins: [
            new ClsPluginTransactional({
              adapter: new TransactionalAdapterTypeOrm({ dataSourceToken: getDataSourceToken() }),
            }),
          ],
        }),
        TasksModule.forRoot({ broker: { type: 'postgres', url }, worker: true }),
        TransactionalTasksModule.forRoot(),
      ],
      providers: [GreetingTasks, Guests],
    })
    class AppModule {}
    app = await NestFactory.createApplicationContext(AppModule, { logger: false });
  });

  afterAll(async () => {
    await app?.close();
    await database?.drop();
  });

  it('txHost.tx is the transaction: its commit makes the call, its rollback does not', async () => {
    const [left, stays] = [randomUUID(), randomUUID()];
    await expect(app.get(Guests).welcome(left, true)).rejects.toThrow(/has left/);
    await app.get(Guests).welcome(stays, false);
    await expect.poll(() => ran, { timeout: 10_000 }).toContain(stays);
    expect(ran).not.toContain(left);
  });

  it('outside a transaction txHost.tx is none, and within() says so', async () => {
    await expect(app.get(Guests).withoutTransaction('nobody')).rejects.toThrow(NotInTransactionError);
  });
});
