import { limitsAmongProcesses } from './limits-among-processes.js';

limitsAmongProcesses('redis');
