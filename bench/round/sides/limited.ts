import { celeriac } from './celeriac.js';
import type { Side } from './side.js';

/** The same application, whose calls are those of the task with a limit. */
export const limited: Side = { ...celeriac, caller: (place) => celeriac.caller(place, 'limited') };
