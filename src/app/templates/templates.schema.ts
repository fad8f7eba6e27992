import { z } from 'zod';
import { context } from '../emails/new-email.schema.js';

export const templateListSchema = z
  .object({ items: z.array(z.object({ name: z.string() })) })
  .meta({ id: 'TemplateList' });

/** The body of `POST /templates/:name/preview`. */
export const previewRequestSchema = z
  .strictObject({ context: context.default({}) }, 'is not a field of a preview; use context')
  .meta({ id: 'PreviewRequest' });

export const previewSchema = z
  .object({ subject: z.string(), html: z.string().nullable(), text: z.string() })
  .meta({ id: 'Preview' });

export type TemplateListBody = z.infer<typeof templateListSchema>;
export type PreviewRequest = z.infer<typeof previewRequestSchema>;
export type PreviewBody = z.infer<typeof previewSchema>;
