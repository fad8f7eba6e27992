import { HttpException } from '@nestjs/common';
import { BrokerUnavailableError, ClientClosedError, EnqueueTimeoutError } from '../../tasks/index.js';
import {
  AttachmentStoreError,
  AttachmentTooLargeError,
  AttachmentUploadExpiredError,
  EmailAnonymisedError,
  EmailNotFoundError,
  EmailStatusError,
  InvalidBlockPatternError,
  InvalidEmailError,
  InvalidEmailQueryError,
  UnknownTemplateError,
} from '../../email/index.js';
import { LARGEST_BODY } from '../largest-body.js';
import { isDatabaseOutage } from './database-outage.js';
import { invalidRequest, plainProblem, typedProblem } from './problem.js';
import { ProblemException } from './problem.exception.js';
import type { Problem } from './problem.schema.js';

/** The answer to an error; undefined if nobody expected it. */
export function toProblem(error: unknown): Problem | undefined {
  if (error instanceof ProblemException) return error.problem;
  if (error instanceof InvalidEmailError)
    return invalidRequest([{ field: error.field, detail: `${error.problem}. ${error.fix}` }]);
  if (error instanceof InvalidEmailQueryError)
    return invalidRequest([{ field: error.field, detail: queryDetail(error) }]);
  if (error instanceof InvalidBlockPatternError)
    return invalidRequest([{ field: 'pattern', detail: error.message }]);
  if (error instanceof EmailNotFoundError) return plainProblem(404, `There is no e-mail ${error.id}.`);
  if (error instanceof UnknownTemplateError)
    return plainProblem(404, `There is no template ${error.template}.`);
  if (error instanceof EmailStatusError || error instanceof EmailAnonymisedError)
    return typedProblem('email-status', 'The status of the e-mail does not allow it', 409, error.message);
  if (error instanceof AttachmentTooLargeError)
    return plainProblem(413, `The attachment is larger than ${error.limit} bytes.`);
  if (error instanceof AttachmentUploadExpiredError)
    return plainProblem(408, 'The upload took too long. Begin it again.');
  if (error instanceof AttachmentStoreError)
    return plainProblem(503, 'The store of attachments does not answer. Try again.');
  if (
    error instanceof EnqueueTimeoutError ||
    error instanceof BrokerUnavailableError ||
    error instanceof ClientClosedError
  )
    return plainProblem(503, error.message);
  if (isDatabaseOutage(error)) return plainProblem(503, 'The database does not answer. Try again.');
  if (error instanceof HttpException) return fromHttp(error);
  return undefined;
}

function fromHttp(error: HttpException): Problem | undefined {
  const status = error.getStatus();
  if (status >= 500) return undefined;
  if (status === 413)
    return plainProblem(
      413,
      `The body is larger than ${LARGEST_BODY} bytes. Store large attachments with POST /attachments first.`,
    );
  if (error.cause instanceof SyntaxError)
    return plainProblem(status, `The body is not valid JSON: ${error.message}`);
  return plainProblem(status, error.message);
}

function queryDetail({ field, fix }: InvalidEmailQueryError): string {
  return field === 'cursor' ? 'is not the cursor of a page' : `is not valid. ${fix}`;
}
