import { StandardSchemaValidationPipe } from '@nestjs/common';
import { fieldProblems } from './field-problems.js';
import { invalidRequest } from './problem.js';
import { ProblemException } from './problem.exception.js';

/** Checks every parameter that declares a `schema`, and answers with a problem naming the fields. */
export function requestValidationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => new ProblemException(invalidRequest(fieldProblems(issues))),
  });
}
