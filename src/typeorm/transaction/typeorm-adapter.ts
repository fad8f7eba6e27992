import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Broker, NewJob, StoredJob, TransactionalBroker } from '../../tasks/broker-port.js';
import { BROKER } from '../../tasks/broker-token.js';
import { type CallStore, placeCalls } from '../../tasks/client/place-call.js';
import { CompleteWithinUnavailableError, type Transaction } from '../../tasks/index.js';
import { type ResolvedOptions, RESOLVED_OPTIONS } from '../../tasks/options/resolve-module-options.js';
import { StoreClock } from '../../tasks/store-clock.js';
import type {
  BrokerTransaction,
  CallPlace,
  TransactionalAdapter,
} from '../../tasks/transaction/transactional-adapter.js';
import { TransactionalCalls } from '../../tasks/transaction/transactional-calls.js';
import { CallTable } from '../call-table/call-table.js';
import { CALLS_DATA_SOURCE } from '../data-source-token.js';
import { CallDispatcher } from '../dispatcher/call-dispatcher.js';
import { CallTableMissingError, UnsupportedDatabaseError } from '../typeorm.errors.js';
import { TransactionEnd } from './transaction-end.js';
import { queryRunnerOf } from './typeorm-transaction.js';

/**
 * Puts calls into TypeORM's transactions: into the broker's own tables where these are in the same database, else into
 * the call table, from which the dispatcher publishes them.
 */
@Injectable()
export class TypeOrmAdapter implements TransactionalAdapter, OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger('TransactionalTasksModule');
  private readonly table: CallTable;
  private readonly end: TransactionEnd;
  private shared: TransactionalBroker | undefined;
  private hasTable = false;

  constructor(
    @Inject(CALLS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(BROKER) private readonly broker: Broker,
    @Inject(RESOLVED_OPTIONS) options: ResolvedOptions,
    private readonly dispatcher: CallDispatcher,
    private readonly calls: TransactionalCalls,
    private readonly clock: StoreClock,
  ) {
    const { type } = dataSource.options;
    if (type !== 'postgres') throw new UnsupportedDatabaseError(type);
    this.table = new CallTable(options.namespace);
    this.end = new TransactionEnd(dataSource);
  }

  /** @throws {@link CallTableMissingError} */
  async onModuleInit(): Promise<void> {
    try {
      await this.findPlace();
    } catch (error) {
      // Nest does not shut down an application that failed to start; open connections would keep its process alive.
      await this.broker.close();
      throw error;
    }
    this.calls.install(this);
  }

  private async findPlace(): Promise<void> {
    const { transactional, description } = this.broker;
    const reach = (await transactional?.reach(this.dataSource)) ?? 'elsewhere';
    this.hasTable = await this.table.exists(this.dataSource);
    if (reach === 'shared') this.shared = transactional;
    else if (!this.hasTable) {
      throw new CallTableMissingError(
        reach === 'forbidden'
          ? `The user of the DataSource may not write to the tables of the broker`
          : `The broker (${description}) is not in the database of the DataSource`,
      );
    }
    if (reach === 'forbidden') {
      this.logger.warn(
        'The broker is in the same database, but the user of the DataSource may not write to its tables; calls ' +
          'take the way through celeriac_call. GRANT it USAGE on the schema, and ALL on its tables and sequences.',
      );
    }
  }

  onModuleDestroy(): void {
    this.end.close();
  }

  enter(transaction: Transaction): CallPlace {
    const runner = queryRunnerOf(transaction, this.dataSource);
    const { shared } = this;
    return shared
      ? {
          add: (queue, jobs) => placeCalls(callStore(shared, runner), queue, jobs, () => this.clock.now()),
          payload: (queue, id) => shared.payload(runner, queue, id),
        }
      : {
          add: (queue, jobs) => this.addToTable(runner, queue, jobs),
          payload: (_queue, id) => this.table.payload(runner, id),
        };
  }

  enterBroker(transaction: Transaction): BrokerTransaction {
    const runner = queryRunnerOf(transaction, this.dataSource);
    if (!this.shared) {
      throw new CompleteWithinUnavailableError(`this broker (${this.broker.description}) is not`);
    }
    return {
      query: (sql, parameters) => runner.query(sql, parameters) as Promise<unknown>,
      onRollback: (listener) => this.end.onRollback(runner, listener),
    };
  }

  waiting(id: string): Promise<StoredJob | null> {
    return this.hasTable ? this.table.find(this.dataSource, id) : Promise.resolve(null);
  }

  private async addToTable(runner: QueryRunner, queue: string, jobs: readonly NewJob[]): Promise<string[]> {
    // Once per transaction, however many calls it makes.
    this.end.onCommit(runner, this.wake);
    await this.table.insert(runner, queue, jobs);
    return jobs.map(({ id }) => id);
  }

  private readonly wake = (): void => this.dispatcher.wake();
}

/** The broker's own tables, as one transaction sees them. */
function callStore(broker: TransactionalBroker, transaction: Transaction): CallStore {
  const enqueueMany: CallStore['enqueueMany'] = (queue, jobs) => broker.enqueue(transaction, queue, jobs);
  return {
    enqueueMany,
    enqueue: async (queue, job) => (await enqueueMany(queue, [job]))[0] ?? job.id,
    read: (queue, id) => broker.read(transaction, queue, id),
    releaseKey: (...key) => broker.releaseKey(transaction, ...key),
  };
}
