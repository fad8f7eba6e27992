import { kills } from './kills.js';

kills('redis');
