import { z } from 'zod';

const fieldProblem = z
  .object({
    field: z.string().meta({ description: 'Where in the request, such as `to.0` or `headers.X-Tag`' }),
    detail: z.string(),
  })
  .meta({ id: 'FieldProblem' });

/** What every refused request is answered with. @see https://www.rfc-editor.org/rfc/rfc9457 */
export const problemSchema = z
  .object({
    type: z
      .string()
      .meta({ description: 'Names the kind of problem; `about:blank` if the status says it all' }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().optional().meta({ description: 'Names this occurrence in the log of the server' }),
    field: z.string().optional().meta({ description: 'The first field at fault' }),
    errors: z.array(fieldProblem).optional().meta({ description: 'Every field at fault' }),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problemSchema>;
export type FieldProblem = z.infer<typeof fieldProblem>;
