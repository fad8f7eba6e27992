import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { asyncOptionsProviders } from '../tasks/options/async-options.js';
import { Notifications } from './notifications.service.js';
import {
  NOTIFICATIONS_OPTIONS,
  type NotificationsModuleAsyncOptions,
  type NotificationsModuleOptions,
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
    const resolved = asyncOptionsProviders(
      NOTIFICATIONS_OPTIONS,
      options,
      'createNotificationsOptions',
      resolveNotificationsOptions,
    );
    return assemble(resolved, options.imports);
  }
}

const assemble = (options: Provider[], imports: DynamicModule['imports'] = []): DynamicModule => ({
  module: NotificationsModule,
  imports,
  providers: [...options, Notifications],
});
