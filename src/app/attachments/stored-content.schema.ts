import { z } from 'zod';

export const storedContentSchema = z
  .object({
    id: z.string().meta({ description: 'The SHA-256 of the content' }),
    size: z.int().meta({ description: 'In bytes' }),
  })
  .meta({ id: 'StoredContent' });

export type StoredContentBody = z.infer<typeof storedContentSchema>;
