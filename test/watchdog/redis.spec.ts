import { watchdog } from './watchdog.js';

watchdog('redis');
