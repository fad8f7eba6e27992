import { z } from 'zod';
import { newAttachmentSchema } from './new-attachment.schema.js';

const oneOrMoreAddresses = z.union(
  [z.string(), z.array(z.string('must be an address')).min(1, 'must name somebody')],
  {
    error: (issue) =>
      issue.input === undefined ? 'is required' : 'must be an address or a list of addresses',
  },
);
const moment = z.iso
  .datetime({ offset: true, error: 'must be a time with its offset, such as 2030-01-31T08:00:00Z' })
  .transform((text) => new Date(text));
const text = z.string('must be a string');
const address = '`a@example.com` or `Name <a@example.com>`';

/** Fields of the public API that this version does not have yet. */
const LATER = new Set(['template', 'context', 'messageClass']);

/** The shape of `POST /emails`. What a valid address or header is, EmailModule knows. */
export const newEmailSchema = z
  .strictObject(
    {
      to: oneOrMoreAddresses.meta({
        description: `${address}, or a list of them`,
        examples: ['ada@example.com'],
      }),
      cc: oneOrMoreAddresses.optional(),
      bcc: oneOrMoreAddresses.optional().meta({ description: 'Delivered to, but in no header' }),
      subject: z
        .string({ error: (issue) => (issue.input === undefined ? 'is required' : 'must be a string') })
        .meta({ examples: ['Your invoice'] }),
      text: text
        .optional()
        .meta({ description: 'The plain text; this, `html` or both', examples: ['Hello Ada'] }),
      html: text.optional(),
      sendAt: moment.optional().meta({ description: 'Not before; at once by default' }),
      expiresAt: moment.optional().meta({ description: 'Not after; then the status is `expired`' }),
      idempotencyKey: text.optional().meta({
        description:
          'A name of your own: a second request with it sends nothing and gets the id of the first',
      }),
      attachments: z.array(newAttachmentSchema, 'must be a list of attachments').optional(),
      headers: z.record(z.string(), text, 'must be an object of strings').optional(),
    },
    { error: unknownField },
  )
  .meta({ id: 'NewEmail' });

export type NewEmail = z.infer<typeof newEmailSchema>;

function unknownField(issue: { code?: string; keys?: string[] }): string {
  if (issue.code !== 'unrecognized_keys') return 'must be a JSON object';
  return issue.keys?.some((key) => LATER.has(key))
    ? 'is not supported yet'
    : 'is not a field of an e-mail; see the schema NewEmail at /docs';
}
