import { within } from './within.js';

within('Redis');
