import { workerDeath } from './worker-death.js';

workerDeath('postgres');
