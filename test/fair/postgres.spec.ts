import { fair } from './fair.js';

fair('postgres');
