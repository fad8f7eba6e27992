import type { OpenAPIObject } from '@nestjs/swagger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from './api.js';
import { AppProcess, DataDirectory } from './app-process.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

describe('the description of the API', () => {
  let directory: DataDirectory;
  let app: AppProcess;
  let api: Api;
  let document: OpenAPIObject;

  beforeAll(async () => {
    directory = await DataDirectory.create();
    app = new AppProcess({ PORT: '0', DATA_DIR: directory.path });
    api = new Api(await app.url());
    document = (await api.get('/docs-json')).body as OpenAPIObject;
  });

  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await directory[Symbol.asyncDispose]();
  });

  const routes = () =>
    Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations as Record<string, Operation>).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    );

  it('is served as a page', async () => {
    expect(await api.get('/docs')).toMatchObject({ status: 200, type: 'text/html' });
  });

  it('has every route, with its success and its problems', () => {
    const statuses = (operation: Operation) => Object.keys(operation.responses).toSorted().join(' ');
    expect(Object.fromEntries(routes().map(([route, operation]) => [route, statuses(operation)]))).toEqual({
      'POST /emails': '202 400 401 403 413 415 500 503',
      'GET /emails': '200 400 401 403 500 503',
      'GET /emails/{id}': '200 401 403 404 500 503',
      'POST /emails/{id}/resend': '202 401 403 404 409 500 503',
      'POST /emails/resend-unsent': '202 400 401 403 413 415 500 503',
      'POST /emails/{id}/resolve': '200 400 401 403 404 409 413 415 500 503',
      'POST /emails/{id}/cancel': '200 401 403 404 409 500 503',
      'POST /attachments': '201 401 403 413 415 500 503',
      'GET /templates': '200 401 403 500',
      'POST /templates/{name}/preview': '200 400 401 403 404 413 415 500',
      'GET /block-list': '200 401 403 500 503',
      'GET /block-list/candidates': '200 401 403 500 503',
      'PUT /block-list/{pattern}': '204 400 401 403 413 415 500 503',
      'DELETE /block-list/{pattern}': '204 400 401 403 404 500 503',
      'GET /health/live': '200',
      'GET /health/ready': '200 503',
      'GET /health/startup': '200 503',
      'GET /health/tasks': '200 401 403 503',
      'GET /schedules': '200 400 401 403 503',
      'GET /metrics': '200 401 403',
    });
  });

  it('says that every problem is a problem document', () => {
    // A probe that finds something says what, and to what.
    const spoken = routes().filter(([route]) => !route.includes('/health/'));
    const problems = spoken.flatMap(([, { responses }]) =>
      Object.entries(responses).filter(([status]) => Number(status) >= 400),
    );
    for (const [, response] of problems)
      expect(response).toMatchObject({
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      });
  });

  it('says that everything but the probes of orchestrators needs the token', () => {
    expect(document.components?.securitySchemes?.['bearer']).toMatchObject({
      type: 'http',
      scheme: 'bearer',
    });
    for (const [route, { security }] of routes())
      expect([route, security]).toEqual([
        route,
        /health.(live|ready|startup)/.test(route) ? [] : [{ bearer: [] }],
      ]);
  });

  it('refers to nothing it does not have', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(10);
    expect(Object.keys(document.components?.schemas ?? {})).toEqual(
      expect.arrayContaining(references.map(([, name]) => name)),
    );
  });

  it('describes the body and the query that are accepted', () => {
    const { post, get } = document.paths['/emails']!;
    expect(post?.requestBody).toMatchObject({
      content: { 'application/json': { schema: { $ref: '#/components/schemas/NewEmail' } } },
    });
    const newEmail = document.components?.schemas?.['NewEmail'] as { properties: object };
    expect(newEmail).toMatchObject({ required: ['to'], additionalProperties: false });
    expect(Object.keys(newEmail.properties).toSorted().join(' ')).toBe(
      'attachments bcc cc context expiresAt headers html idempotencyKey messageClass metadata priority sendAt subject tags template text to unsubscribe',
    );
    expect(get?.parameters).toMatchObject([
      { name: 'status' },
      { name: 'to' },
      { name: 'tag' },
      { name: 'cursor' },
      { name: 'limit' },
    ]);
  });
});
