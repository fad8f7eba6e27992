import { CreateEmailOutbox1764000000000 } from './1764000000000-create-email-outbox.js';

/** The migrations of the outbox, in order: `migrations: [...EMAIL_MIGRATIONS, …]`. @publicApi */
export const EMAIL_MIGRATIONS = [CreateEmailOutbox1764000000000] as const;
