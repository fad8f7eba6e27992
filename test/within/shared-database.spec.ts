import { within } from './within.js';

within('the same database');
