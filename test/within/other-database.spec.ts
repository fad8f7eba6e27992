import { within } from './within.js';

within('another database');
