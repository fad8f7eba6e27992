export { NotificationsModule } from './notifications.module.js';
export type { Notice, NotificationChannel } from './notification-channel.js';
export type {
  NotificationsModuleAsyncOptions,
  NotificationsModuleOptions,
  NotificationsOptionsFactory,
} from './notifications-options.js';
export { WebhookRefusedError } from './webhook-channel.js';
