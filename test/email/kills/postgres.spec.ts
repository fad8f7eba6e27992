import { kills } from './kills.js';

kills('postgres');
