import { BREAKERS } from './breakers.js';
import { KINDS } from './kinds.js';
import { PACE } from './pace.js';
import { PASSING } from './passing.js';
import { ROOMS } from './rooms.js';

/**
 * The gates in PL/pgSQL, step for step as in broker/redis/limits. A gate is its JSON, with what has been changed at run
 * time; p_now is the time of the whole operation. The connection's search_path selects the schema.
 */
export const CREATE_GATE_FUNCTIONS = [PACE, KINDS, ROOMS, PASSING, BREAKERS].join('\n');
