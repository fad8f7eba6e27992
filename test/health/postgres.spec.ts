import { broken } from './broken.js';

broken('postgres');
