import { celeriacWorker } from './celeriac-worker.js';

celeriacWorker('postgres');
