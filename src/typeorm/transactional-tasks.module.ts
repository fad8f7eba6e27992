import { type DynamicModule, Module } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import { CALLS_DATA_SOURCE } from './data-source-token.js';
import { CallDispatcher } from './dispatcher/call-dispatcher.js';
import { DatabaseHealth } from './health/database-health.js';
import { TypeOrmAdapter } from './transaction/typeorm-adapter.js';

/** @publicApi */
export interface TransactionalTasksOptions {
  /** Name of the DataSource whose transactions calls are made in, as given to `TypeOrmModule.forRoot({ name })`. */
  dataSource?: string;
}

/**
 * Makes `within()` and `task.completeWithin()` work: calls that exist if and only if a transaction of TypeORM commits.
 *
 * It needs, in the same application: TasksModule, and TypeOrmModule with a Postgres DataSource. With the postgres broker
 * in that very database, calls are stored in the broker's tables by the transaction itself. With any other broker they
 * wait in the table `celeriac_call` (`CALL_TABLE_ENTITIES`, `CALL_TABLE_MIGRATIONS`) until a dispatcher publishes them;
 * one runs in every process that imports this module.
 *
 * @publicApi
 */
@Module({})
export class TransactionalTasksModule {
  static forRoot({ dataSource }: TransactionalTasksOptions = {}): DynamicModule {
    return {
      module: TransactionalTasksModule,
      global: true,
      providers: [
        { provide: CALLS_DATA_SOURCE, useExisting: getDataSourceToken(dataSource) },
        CallDispatcher,
        DatabaseHealth,
        TypeOrmAdapter,
      ],
      exports: [CallDispatcher],
    };
  }
}
