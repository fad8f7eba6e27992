import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { problemSchema } from '../problems/problem.schema.js';
import { describeProbes } from './describe-probes.js';
import { toOpenApiSchema } from './json-schema.js';

type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** Serves the description of the API: a page at /docs, the document at /docs-json. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => describe(app), { customSiteTitle: 'Celeriac e-mail service' });
}

function describe(app: INestApplication): OpenAPIObject {
  const options = new DocumentBuilder()
    .setTitle('Celeriac e-mail service')
    .setDescription(
      'Accepts e-mails and sends them. Errors are problem documents (RFC 9457). If the service has an API_TOKEN, ' +
        'every request but those for /health/live, /health/ready and /health/startup carries it, these pages and the development inbox included.',
    )
    .setVersion('0.1')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The API_TOKEN of the service' })
    .build();
  const document = SwaggerModule.createDocument(app, options, { standardSchemaConverter: toOpenApiSchema });
  const schemas = { ...document.components?.schemas, ...problemSchemas() };
  const paths = describeProbes(document.paths, problemAnswer);
  return { ...document, paths, components: { ...document.components, schemas } };
}

const problemAnswer = (description: string): object => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

function problemSchemas() {
  const components = toOpenApiSchema(problemSchema, { schemaType: 'output' })?.components;
  return JSON.parse(
    JSON.stringify(components).replaceAll('#/definitions/', '#/components/schemas/'),
  ) as Schemas;
}
