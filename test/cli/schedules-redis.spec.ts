import { celeriacSchedules } from './celeriac-schedules.js';

celeriacSchedules('redis');
