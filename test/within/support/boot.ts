import type { DynamicModule, Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { BackendDecorator } from '../../../src/broker/index.js';
import type { TasksModuleOptions } from '../../../src/index.js';
import { TransactionalTasksModule } from '../../../src/typeorm/index.js';
import { bootApp, type TestApp } from '../../conformance/test-app.js';
import { dataSourceOptions, type Place } from './arrangement.js';

type Options = Omit<TasksModuleOptions, 'broker' | 'namespace'>;

/** An application that makes calls in its transactions. */
export function bootTransactional(
  place: Place,
  options: Options,
  providers: Provider[],
  decorate?: BackendDecorator,
): Promise<TestApp> {
  const { broker, namespace, databaseUrl } = place;
  return bootApp({ broker, namespace, ...options }, providers, decorate, [
    TypeOrmModule.forRoot(dataSourceOptions(databaseUrl)),
    TransactionalTasksModule.forRoot(),
  ]);
}

/** An application that has tasks, and what else is imported. */
export function bootIn(
  { broker, namespace }: Pick<Place, 'broker' | 'namespace'>,
  options: Options,
  providers: Provider[],
  imports: DynamicModule[] = [],
): Promise<TestApp> {
  return bootApp({ broker, namespace, ...options }, providers, undefined, imports);
}
