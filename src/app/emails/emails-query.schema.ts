import { z } from 'zod';
import { emailStatus } from './email.schema.js';

const once = z.string('must be given once');

/** The query of `GET /emails`. */
export const emailsQuerySchema = z.strictObject(
  {
    status: emailStatus.optional(),
    to: once.optional().meta({ description: 'Only e-mails to this address' }),
    tag: once.optional().meta({ description: 'Only e-mails with this tag' }),
    cursor: once.optional().meta({ description: '`cursor` of the page before' }),
    limit: z.coerce
      .number('must be a number')
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(200, 'must be at most 200')
      .default(50),
  },
  'is not a filter; use status, to, tag, cursor or limit',
);

export type EmailsQuery = z.infer<typeof emailsQuerySchema>;
