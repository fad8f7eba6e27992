import { rollingRestart } from './rolling-restart.js';

rollingRestart('redis');
