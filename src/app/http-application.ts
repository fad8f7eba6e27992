import { NestFactory } from '@nestjs/core';
import type { DynamicModule } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { access } from './access/access.middleware.js';
import type { AppConfig } from './config/app-config.js';
import { LARGEST_BODY } from './largest-body.js';
import { serveOpenApi } from './openapi/openapi-document.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { requestValidationPipe } from './problems/request-validation.pipe.js';

/** Boots the service with its HTTP face. @returns the application and the URL it answers at */
export async function startHttpApplication(module: DynamicModule, config: AppConfig) {
  const app = await NestFactory.create<NestExpressApplication>(module, {
    abortOnError: false,
    bodyParser: false,
  });
  try {
    app.disable('x-powered-by');
    app.use(access(config.apiToken));
    app.useBodyParser('json', { limit: LARGEST_BODY });
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
