import { broken } from './broken.js';

broken('redis');
