import { accessGuard } from '../tasks/access/access-guard.js';
import { METRICS_SETTINGS } from './metrics-options.js';

export const MetricsAccessGuard = accessGuard(METRICS_SETTINGS, 'MetricsModule: token');
