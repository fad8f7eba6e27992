import { celeriacSchedules } from './celeriac-schedules.js';

celeriacSchedules('postgres');
