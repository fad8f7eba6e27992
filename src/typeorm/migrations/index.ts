import { CreateCallTable1764100000000 } from './1764100000000-create-call-table.js';

/** The migrations of the call table, in order: `migrations: [...CALL_TABLE_MIGRATIONS, …]`. @publicApi */
export const CALL_TABLE_MIGRATIONS = [CreateCallTable1764100000000] as const;
