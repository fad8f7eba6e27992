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
/** The object of a template. */
export const context = z.record(z.string(), z.unknown(), 'must be an object');
const address = '`a@example.com` or `Name <a@example.com>`';

const unknownField = ({ code }: { code?: string }): string =>
  code === 'unrecognized_keys'
    ? 'is not a field of an e-mail; see the schema NewEmail at /docs'
    : 'must be a JSON object';

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
      subject: text.optional().meta({
        description: 'Required, unless a template gives it',
        examples: ['Your invoice'],
      }),
      text: text
        .optional()
        .meta({ description: 'The plain text; this, `html` or both', examples: ['Hello Ada'] }),
      html: text.optional(),
      template: text.optional().meta({
        description: 'Gives subject and content, instead of `text` and `html`; see `GET /templates`',
      }),
      context: context.optional().meta({ description: 'What the template asks for' }),
      sendAt: moment.optional().meta({ description: 'Not before; at once by default' }),
      expiresAt: moment.optional().meta({ description: 'Not after; then the status is `expired`' }),
      idempotencyKey: text.optional().meta({
        description:
          'A name of your own: a second request with it sends nothing and gets the id of the first',
      }),
      attachments: z.array(newAttachmentSchema, 'must be a list of attachments').optional(),
      messageClass: text.optional().meta({ description: 'One of the classes of the service' }),
      priority: z.enum(['high', 'normal', 'low'], 'must be high, normal or low').optional(),
      unsubscribe: z
        .strictObject({ url: text, mailto: text.optional() }, 'must have a url, and may have a mailto')
        .optional()
        .meta({
          description:
            'How the one recipient ends a subscription: an https: URL that takes the POST of RFC 8058',
        }),
      tags: z.array(text, 'must be a list of strings').optional(),
      metadata: z.record(z.string(), text, 'must be an object of strings').optional(),
      headers: z.record(z.string(), text, 'must be an object of strings').optional(),
    },
    { error: unknownField },
  )
  .meta({ id: 'NewEmail' });

export type NewEmail = z.infer<typeof newEmailSchema>;
