import { BadRequestException, HttpException, InternalServerErrorException } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { newEmailSchema } from '../../src/app/emails/new-email.schema.js';
import { fieldProblems } from '../../src/app/problems/field-problems.js';
import { toProblem } from '../../src/app/problems/to-problem.js';
import {
  EmailAnonymisedError,
  EmailNotFoundError,
  EmailStatusError,
  InvalidEmailError,
} from '../../src/email/index.js';
import { EnqueueTimeoutError } from '../../src/index.js';

describe('a problem document', () => {
  it.each([
    [new InvalidEmailError('to[1]', 'x', 'is not an address', 'Write a@b.c'), 400, 'to[1]'],
    [new EmailNotFoundError('x'), 404, undefined],
    [new EmailStatusError('x', 'resend', 'sent'), 409, undefined],
    [new EmailAnonymisedError('x', new Date(0)), 409, undefined],
    [new EnqueueTimeoutError('email.x', 'email.send', '5s'), 503, undefined],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 503, undefined],
    [
      new QueryFailedError('SELECT 1', [], Object.assign(new Error('terminating'), { code: '57P01' })),
      503,
      undefined,
    ],
    [new Error('Connection terminated unexpectedly'), 503, undefined],
    [new HttpException('request entity too large', 413), 413, undefined],
  ])('tells what %s means to a client', (error, status, field) => {
    expect(toProblem(error)).toMatchObject({ status, ...(field && { field }) });
  });

  it('says that a body is not JSON', () => {
    const error = new BadRequestException('Unexpected end', { cause: new SyntaxError('Unexpected end') });
    expect(toProblem(error)?.detail).toMatch(/not valid JSON/);
  });

  it.each([
    [new Error('secret')],
    [new QueryFailedError('SELECT', [], Object.assign(new Error('secret'), { code: '42P01' }))],
    ['secret'],
    [new InternalServerErrorException('secret')],
  ])('is not made of an error that nobody expected: %s', (error) => expect(toProblem(error)).toBeUndefined());
});

describe('the fields at fault', () => {
  it.each([
    [{ subject: 's' }, 'to', 'is required'],
    [{ to: 7, subject: 's' }, 'to', 'address'],
    [{ to: [], subject: 's' }, 'to', 'somebody'],
    [{ to: ['a@b.c', 7], subject: 's' }, 'to', 'address'],
    [{ to: 'a@b.c', subject: 7 }, 'subject', 'must be a string'],
    [{ to: 'a@b.c', subject: 's', sendAt: 'tomorrow' }, 'sendAt', '2030-01-31T08:00:00Z'],
    [{ to: 'a@b.c', subject: 's', sendAt: '2030-01-31T08:00:00' }, 'sendAt', 'offset'],
    [{ to: 'a@b.c', subject: 's', headers: { 'X-Tag': 7 } }, 'headers.X-Tag', 'must be a string'],
    [{ to: 'a@b.c', subject: 's', too: 'a@b.c' }, 'too', 'not a field'],
    [[], 'body', 'JSON object'],
    [undefined, 'body', 'JSON object'],
  ])('are named for %j', (body, field, detail) => {
    const { error } = newEmailSchema.safeParse(body);
    expect(fieldProblems(error?.issues ?? [])).toEqual([{ field, detail: expect.stringContaining(detail) }]);
  });

  it('are all named', () => {
    const { error } = newEmailSchema.safeParse({ template: 1, context: 2, sendAt: 3 });
    const fields = fieldProblems(error?.issues ?? []).map(({ field }) => field);
    expect(fields.toSorted()).toEqual(['context', 'sendAt', 'template', 'to']);
  });
});
