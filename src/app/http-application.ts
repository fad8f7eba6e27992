import type { IncomingMessage } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { DynamicModule } from '@nestjs/common';
import type { Request } from 'express';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CeleriacLogger } from '../logging/index.js';
import { access } from './access/access.middleware.js';
import type { AppConfig } from './config/app-config.js';
import { LARGEST_BODY } from './largest-body.js';
import { serveOpenApi } from './openapi/openapi-document.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { requestValidationPipe } from './problems/request-validation.pipe.js';

/** A JSON file that is uploaded is a file. */
const isParsed = (request: IncomingMessage): boolean =>
  request.url !== '/attachments' && Boolean((request as Request).is('application/json'));

/** Boots the service with its HTTP face. @returns the application and the URL it answers at */
export async function startHttpApplication(module: DynamicModule, config: AppConfig) {
  const app = await NestFactory.create<NestExpressApplication>(module, {
    abortOnError: false,
    bodyParser: false,
    logger: new CeleriacLogger(),
  });
  try {
    app.disable('x-powered-by');
    app.use(access(config.apiToken));
    app.useBodyParser('json', { limit: LARGEST_BODY, type: isParsed });
    app.useGlobalFilters(new ProblemFilter());
    app.useGlobalPipes(requestValidationPipe());
    serveOpenApi(app);
    await app.listen(config.port, config.host);
    return { app, url: (await app.getUrl()).replace('[::1]', '127.0.0.1') };
  } catch (error) {
    await app.close();
    throw error;
  }
}
