import { randomUUID } from 'node:crypto';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Response } from 'express';
import { plainProblem } from './problem.js';
import { toProblem } from './to-problem.js';

/** Answers every error with a problem document; what nobody expected is logged, not shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const problem = toProblem(error) ?? this.unexpected(error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }

  private unexpected(error: unknown) {
    const instance = `urn:uuid:${randomUUID()}`;
    this.logger.error(
      `${instance}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
    return {
      ...plainProblem(500, 'The server failed. Its log says why, under the instance named here.'),
      instance,
    };
  }
}
