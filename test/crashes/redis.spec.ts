import { crashes } from './crashes.js';

crashes('redis');
