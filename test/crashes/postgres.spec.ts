import { crashes } from './crashes.js';

crashes('postgres');
