import {
  type DynamicModule,
  type INestApplicationContext,
  Module,
  type Provider,
  type Type,
} from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type BackendDecorator, createBroker } from '../../src/broker/index.js';
import { TasksModule, type TasksModuleOptions } from '../../src/index.js';
import type { Broker } from '../../src/tasks/broker-port.js';
import { BROKER } from '../../src/tasks/broker-token.js';
import { resolveModuleOptions } from '../../src/tasks/options/resolve-module-options.js';
import { LieLedger, lyingBackend, lyingGates, lyingSchedules } from '../support/lying-backend.js';
import { brokerOptions, type Variant } from './variant.js';

export interface TestApp {
  get<T>(token: Type<T> | string | symbol): T;
  readonly broker: Broker;
  /** Shuts down as on SIGTERM. */
  close(): Promise<void>;
}

export type AppOptions = Omit<TasksModuleOptions, 'broker' | 'namespace'> & { namespace: string };

/** Boots an application on the variant's broker, with the module exactly as its users import it. */
export function startApp(
  variant: Variant,
  options: AppOptions,
  providers: Provider[],
  ledger = new LieLedger(),
): Promise<TestApp> {
  const lies = variant.lying ? lyingBackend(ledger) : undefined;
  const deceive = (broker: Broker) => {
    lyingGates(broker.gates, ledger);
    lyingSchedules(broker.schedules, ledger);
  };
  return bootApp({ broker: brokerOptions(variant), ...options }, providers, lies, [], deceive);
}

export async function bootApp(
  options: TasksModuleOptions,
  providers: Provider[],
  decorate?: BackendDecorator,
  imports: DynamicModule[] = [],
  deceive?: (broker: Broker) => void,
): Promise<TestApp> {
  @Module({ imports: [TasksModule.forRoot(options), ...imports], providers })
  class TestModule {}

  let building = Test.createTestingModule({ imports: [TestModule] });
  if (decorate) {
    const broker = createBroker(resolveModuleOptions(options), decorate);
    deceive?.(broker);
    await broker.open();
    building = building.overrideProvider(BROKER).useValue(broker);
  }
  const app: INestApplicationContext = await building.compile();
  await app.init();
  let closing: Promise<void> | undefined;
  return {
    get: (token) => app.get(token as Type, { strict: false }) as never,
    broker: app.get<Broker>(BROKER, { strict: false }),
    close: () => (closing ??= app.close()),
  };
}
