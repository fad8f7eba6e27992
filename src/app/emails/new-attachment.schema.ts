import { z } from 'zod';
import type { AttachmentInput } from '../../email/index.js';

const text = z.string('must be a string');

/** Decodes what it is sure to have understood: Buffer would leave out what is not base64. */
const base64 = text
  .refine((encoded) => isBase64(encoded), 'must be base64')
  .transform((encoded) => Buffer.from(encoded, 'base64'))
  .meta({ format: 'byte' });

/** A file in `POST /emails`. What a valid name or type is, EmailModule knows. */
export const newAttachmentSchema = z
  .strictObject(
    {
      filename: z.string({
        error: (issue) => (issue.input === undefined ? 'is required' : 'must be a string'),
      }),
      contentType: text.optional().meta({
        description: 'A MIME type; by default what the ending of the name says',
        examples: ['application/pdf'],
      }),
      content: base64.optional().meta({ description: 'The bytes, in base64; this or `id`' }),
      id: text
        .optional()
        .meta({ description: 'What `POST /attachments` answered, for files too large for this request' }),
      cid: text.optional().meta({ description: 'For an image in the HTML: `<img src="cid:…">`' }),
    },
    {
      error: (issue) =>
        issue.code === 'unrecognized_keys' ? 'is not a field of an attachment' : 'must be an object',
    },
  )
  .meta({ id: 'NewAttachment' })
  // That there is either a content or an id is checked where the field can be named.
  .transform((attachment) => attachment as AttachmentInput);

/** With its padding; compared by length, for a pattern over megabytes overflows the stack. */
function isBase64(encoded: string): boolean {
  const { length } = Buffer.from(encoded, 'base64');
  return encoded.length === Math.ceil(length / 3) * 4 && !/[^A-Za-z0-9+/=]/.test(encoded);
}
