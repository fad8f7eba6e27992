import { z } from 'zod';

const fields = (shape: string) => ({
  error: (issue: { code?: string }) =>
    issue.code === 'unrecognized_keys' ? `is not a field here; send ${shape}` : 'must be a JSON object',
});

/** What is said of an e-mail of which nobody knows whether it arrived. */
export const resolutionSchema = z
  .strictObject(
    {
      as: z.enum(['sent', 'resend'], 'must be sent or resend').meta({
        description: '`sent`: it has arrived, as somebody has found out. `resend`: it is sent again',
      }),
    },
    fields('{ "as": "sent" } or { "as": "resend" }'),
  )
  .meta({ id: 'Resolution' });

export const resendUnsentSchema = z
  .strictObject(
    {
      includeUnknown: z
        .boolean('must be true or false')
        .default(false)
        .meta({ description: 'Also those of which nobody knows whether they arrived: some come twice' }),
    },
    fields('{ "includeUnknown": true }, or nothing'),
  )
  .prefault({})
  .meta({ id: 'ResendUnsent' });

const count = z.int();

/** How many e-mails are sent again, by the status they had. */
export const resentSchema = z
  .object({ failed: count, deferred: count, unknown: count })
  .meta({ id: 'Resent' });

export type Resolution = z.infer<typeof resolutionSchema>;
export type ResendUnsent = z.infer<typeof resendUnsentSchema>;
export type ResentBody = z.infer<typeof resentSchema>;
