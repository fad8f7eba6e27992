import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

const PROBLEMS = {
  400: 'Something in the request is not valid; `field` and `errors` name it',
  401: 'The token is missing or wrong',
  403: 'The service has no token, and the request is not addressed to localhost',
  404: 'There is no such thing',
  409: 'The status of the e-mail does not allow it',
  413: 'The body is too large',
  415: 'The body is not of the type that the route takes',
  500: 'The server failed',
  503: 'Something the service needs does not answer; try again',
} as const;

type ProblemStatus = keyof typeof PROBLEMS;

/** Documents a success; without a schema, it has no body. */
export function Answers(status: number, description: string, schema?: z.ZodType): MethodDecorator {
  return ApiResponse({ status, description, ...(schema && { standardSchema: schema }) });
}

/** Documents the problem documents a route, or every route of a controller, may answer with. */
export function AnswersProblems(...statuses: ProblemStatus[]): MethodDecorator & ClassDecorator {
  // The standardSchema of @ApiResponse would claim application/json.
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return applyDecorators(
    ...statuses.map((status) => ApiResponse({ status, description: PROBLEMS[status], content })),
  );
}
