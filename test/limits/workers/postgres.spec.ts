import { limitsAmongProcesses } from './limits-among-processes.js';

limitsAmongProcesses('postgres');
