import type { SwaggerDocumentOptions } from '@nestjs/swagger';
import { z } from 'zod';

type Converter = NonNullable<SwaggerDocumentOptions['standardSchemaConverter']>;

/** A zod schema as OpenAPI 3.0 writes it; the ones with an id become components. */
export const toOpenApiSchema: Converter = (schema, { schemaType }) => {
  const {
    $schema: _,
    definitions,
    ...rest
  } = z.toJSONSchema(schema as z.ZodType, {
    target: 'openapi-3.0',
    io: schemaType,
    override: ({ jsonSchema }) => {
      // "date-time" says it; the pattern fills a page.
      if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
      if (jsonSchema.type === 'integer' && jsonSchema.minimum === Number.MIN_SAFE_INTEGER) {
        delete jsonSchema.minimum;
        delete jsonSchema.maximum;
      }
    },
  });
  return { schema: rest, components: definitions as Record<string, unknown> };
};
