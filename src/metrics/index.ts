export { MetricsModule } from './metrics.module.js';
export type {
  MetricsModuleAsyncOptions,
  MetricsModuleOptions,
  MetricsSettings,
  MetricsSettingsFactory,
} from './metrics-options.js';
export { MetricsService } from './metrics.service.js';
export { ClusterMetrics } from './cluster/cluster-metrics.js';
export { MetricsReport } from './cluster/metrics-report.js';
