import { fair } from './fair.js';

fair('redis');
