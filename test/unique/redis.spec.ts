import { unique } from './unique.js';

unique('redis');
