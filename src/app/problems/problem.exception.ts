import { HttpException } from '@nestjs/common';
import type { Problem } from './problem.schema.js';

/** Thrown where the whole answer is known already. */
export class ProblemException extends HttpException {
  constructor(readonly problem: Problem) {
    super(problem, problem.status);
  }
}
