import { randomBytes } from 'node:crypto';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WithinUnavailableError } from '../../src/index.js';
import {
  CallTableMissingError,
  TransactionalTasksModule,
  UnsupportedDatabaseError,
} from '../../src/typeorm/index.js';
import { Callers, FixtureTasks, Gates, Journal } from '../conformance/fixture-tasks.js';
import { bootApp } from '../conformance/test-app.js';
import {
  type Arrangement,
  createPlace,
  dataSourceOptions,
  type Place,
  SCHEMA,
} from './support/arrangement.js';
import { bootIn } from './support/boot.js';
import { execute } from './support/execute.js';

const withoutTable = (url: string): DataSourceOptions => ({
  ...dataSourceOptions(url),
  entities: [],
  migrationsRun: false,
});

describe('an application whose calls are to be part of its transactions', () => {
  const places: Place[] = [];
  const role = `within_${randomBytes(6).toString('hex')}`;
  const at = async (arrangement: Arrangement) => {
    const place = await createPlace(arrangement);
    places.push(place);
    return place;
  };
  const boot = (place: Place, options: DataSourceOptions) =>
    bootIn(
      place,
      { worker: true },
      [FixtureTasks, Callers, Journal, Gates],
      [TypeOrmModule.forRoot({ ...options, retryAttempts: 0 }), TransactionalTasksModule.forRoot()],
    );

  beforeAll(async () => {
    await execute(process.env['DATABASE_URL'] ?? '', `CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
  });

  afterAll(async () => {
    for (const place of places) await place.erase();
    await execute(process.env['DATABASE_URL'] ?? '', `DROP ROLE ${role}`);
  });

  it('is told what to import if it lacks TransactionalTasksModule', async () => {
    const place = await at('the same database');
    const app = await bootIn(place, {}, [Callers], [TypeOrmModule.forRoot(withoutTable(place.databaseUrl))]);
    await app.get(DataSource).transaction(async (transaction) => {
      const enter = () => app.get(Callers).tasks.echo.within(transaction);
      expect(enter).toThrow(WithinUnavailableError);
      expect(enter).toThrow(/import { TransactionalTasksModule } from 'celeriac\/typeorm'/);
    });
    await app.close();
  });

  it.each<[Arrangement, RegExp]>([
    ['Redis', /The broker \(redis\) is not in the database of the DataSource/],
    ['another database', /The broker \(postgres\) is not in the database of the DataSource/],
  ])('does not boot without the call table if the broker is in %s', async (arrangement, message) => {
    const place = await at(arrangement);
    const booting = boot(place, withoutTable(place.databaseUrl));
    await expect(booting).rejects.toThrow(CallTableMissingError);
    await expect(booting).rejects.toThrow(message);
    await expect(booting).rejects.toThrow(/CALL_TABLE_ENTITIES and \.\.\.CALL_TABLE_MIGRATIONS/);
  });

  it('needs no call table if the broker is in the same database', async () => {
    const place = await at('the same database');
    const app = await boot(place, withoutTable(place.databaseUrl));
    const result = await app
      .get(DataSource)
      .transaction((transaction) => app.get(Callers).tasks.echo.within(transaction).delay('k', 1));
    expect(await result.get()).toBe(1);
    await app.close();
  });

  it('takes the way of the call table if its user may not write to the tables of the broker', async () => {
    const place = await at('the same database');
    const limited = new URL(place.databaseUrl);
    [limited.username, limited.password] = [role, role];
    await expect(boot(place, withoutTable(limited.href))).rejects.toThrow(/may not write to the tables/);

    await execute(place.databaseUrl, `GRANT CREATE, USAGE ON SCHEMA ${SCHEMA} TO ${role}`);
    const app = await boot(place, dataSourceOptions(limited.href));
    const result = await app
      .get(DataSource)
      .transaction((transaction) => app.get(Callers).tasks.echo.within(transaction).delay('k', 2));
    expect(await result.get()).toBe(2);
    await app.close();
  });

  it('may name another DataSource than the default one', async () => {
    const place = await at('the same database');
    const options = withoutTable(place.databaseUrl);
    const app = await bootApp(
      { broker: place.broker, namespace: place.namespace, worker: true },
      [FixtureTasks, Callers, Journal, Gates],
      undefined,
      [
        TypeOrmModule.forRoot(options),
        TypeOrmModule.forRoot({ ...options, name: 'orders' }),
        TransactionalTasksModule.forRoot({ dataSource: 'orders' }),
      ],
    );
    const orders = app.get<DataSource>(getDataSourceToken('orders') as string);
    const result = await orders.transaction((transaction) =>
      app.get(Callers).tasks.echo.within(transaction).delay('k', 3),
    );
    expect(await result.get()).toBe(3);
    await app.close();
  });

  it('does not boot with a database that is not Postgres', async () => {
    const place = await at('the same database');
    const mysql = { options: { type: 'mysql' } };
    class Foreign {}
    const booting = bootApp({ broker: place.broker, namespace: place.namespace }, [], undefined, [
      {
        module: Foreign,
        global: true,
        providers: [{ provide: getDataSourceToken(), useValue: mysql }],
        exports: [getDataSourceToken()],
      },
      TransactionalTasksModule.forRoot(),
    ]);
    await expect(booting).rejects.toThrow(UnsupportedDatabaseError);
    await expect(booting).rejects.toThrow(/"mysql"/);
  });
});
