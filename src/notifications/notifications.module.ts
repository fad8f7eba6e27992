import { type DynamicModule, type FactoryProvider, Module, type Provider } from '@nestjs/common';
import { Notifications } from './notifications.service.js';
import {
  NOTIFICATIONS_OPTIONS,
  type NotificationsModuleAsyncOptions,
  type NotificationsModuleOptions,
  type NotificationsOptionsFactory,
  resolveNotificationsOptions,
} from './notifications-options.js';

/**
 * Tells a chat, or whatever takes its JSON, what has become better or worse: the `health changed` events of HealthModule,
 * which it needs in the same application. A storm is one message.
 *
 * @publicApi
 */
@Module({})
export class NotificationsModule {
  /** @throws {@link InvalidOptionError} */
  static forRoot(options: NotificationsModuleOptions): DynamicModule {
    return assemble([{ provide: NOTIFICATIONS_OPTIONS, useValue: resolveNotificationsOptions(options) }]);
  }

  /** The same with options from other providers; they are checked at boot. */
  static forRootAsync(options: NotificationsModuleAsyncOptions): DynamicModule {
    return assemble(asyncProviders(options), options.imports);
  }
}

function asyncProviders(options: NotificationsModuleAsyncOptions): Provider[] {
  const provide = NOTIFICATIONS_OPTIONS;
  if ('useFactory' in options) {
    const make = options.useFactory as FactoryProvider['useFactory'];
    const useFactory = async (...args: unknown[]) => resolveNotificationsOptions(await make(...args));
    return [{ provide, inject: options.inject ?? [], useFactory }];
  }
  const useFactory = async (source: NotificationsOptionsFactory) =>
    resolveNotificationsOptions(await source.createNotificationsOptions());
  if ('useExisting' in options) return [{ provide, inject: [options.useExisting], useFactory }];
  return [options.useClass, { provide, inject: [options.useClass], useFactory }];
}

const assemble = (options: Provider[], imports: DynamicModule['imports'] = []): DynamicModule => ({
  module: NotificationsModule,
  imports,
  providers: [...options, Notifications],
});
