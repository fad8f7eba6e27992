import { celeriacFailed } from './celeriac-failed.js';

celeriacFailed('postgres');
