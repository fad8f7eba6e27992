import { unique } from './unique.js';

unique('postgres');
