import { z } from 'zod';

const list = z.enum(['deny', 'allow'], 'must be deny or allow').meta({
  description:
    '`deny`: gets nothing. `allow`: no limit applies, and an allowed address is not denied by its domain',
});
const reason = z.string('must be a string').max(500, 'must be at most 500 characters');

export const newBlockEntrySchema = z
  .strictObject(
    {
      list,
      reason: reason.optional().meta({ description: 'Stands in the reason of blocked e-mails' }),
      expiresOn: z.iso
        .datetime({ offset: true, error: 'must be a time with its offset, such as 2030-01-31T08:00:00Z' })
        .transform((text) => new Date(text))
        .optional()
        .meta({ description: 'The entry counts until then; for good by default' }),
    },
    'is not a field of an entry; use list, reason and expiresOn',
  )
  .meta({ id: 'NewBlockEntry' });

const blockEntrySchema = z
  .object({
    pattern: z.string(),
    list,
    reason: z.string().nullable(),
    expiresOn: z.iso.datetime().nullable(),
    createdOn: z.iso.datetime(),
  })
  .meta({ id: 'BlockEntry' });

export const blockListSchema = z.object({ items: z.array(blockEntrySchema) }).meta({ id: 'BlockList' });

export type NewBlockEntry = z.infer<typeof newBlockEntrySchema>;
export type BlockListBody = z.infer<typeof blockListSchema>;

const candidateSchema = z
  .object({
    address: z.string(),
    refusals: z.int(),
    lastRefusedOn: z.iso.datetime(),
    reason: z.string().nullable().meta({ description: 'What the SMTP server said' }),
  })
  .meta({ id: 'SuppressionCandidate' });

export const candidatesSchema = z
  .object({ items: z.array(candidateSchema) })
  .meta({ id: 'SuppressionCandidates' });

export type CandidatesBody = z.infer<typeof candidatesSchema>;
