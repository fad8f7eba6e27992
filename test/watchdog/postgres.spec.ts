import { watchdog } from './watchdog.js';

watchdog('postgres');
