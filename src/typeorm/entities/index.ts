import { CeleriacCall } from './celeriac-call.entity.js';

/** The call table, for the application's own DataSource: `entities: [...CALL_TABLE_ENTITIES, …]`. @publicApi */
export const CALL_TABLE_ENTITIES = [CeleriacCall] as const;

export { CeleriacCall };
