export { HealthModule } from './health.module.js';
export { HealthIndicators } from './health-indicators.service.js';
export type {
  CanaryOptions,
  HealthModuleAsyncOptions,
  HealthModuleOptions,
  HealthOptionsFactory,
  QueueThresholds,
} from './options/health-options.js';
