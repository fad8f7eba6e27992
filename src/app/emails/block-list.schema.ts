import { z } from 'zod';

const list = z.enum(['deny', 'allow'], 'must be deny or allow').meta({
  description:
    '`deny`: gets nothing. `allow`: no limit applies, and an allowed address is not denied by its domain',
});
const reason = z.string('must be a string').max(500, 'must be at most 500 characters');

export const newBlockEntrySchema = z
  .strictObject(
    { list, reason: reason.optional().meta({ description: 'Stands in the reason of blocked e-mails' }) },
    'is not a field of an entry; use list and reason',
  )
  .meta({ id: 'NewBlockEntry' });

const blockEntrySchema = z
  .object({ pattern: z.string(), list, reason: z.string().nullable(), createdOn: z.iso.datetime() })
  .meta({ id: 'BlockEntry' });

export const blockListSchema = z.object({ items: z.array(blockEntrySchema) }).meta({ id: 'BlockList' });

export type NewBlockEntry = z.infer<typeof newBlockEntrySchema>;
export type BlockListBody = z.infer<typeof blockListSchema>;
