import { Body, Controller, Get, HttpCode, Param, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type AnyEmailInput, EmailNotFoundError, EmailService } from '../../email/index.js';
import { Answers, AnswersProblems } from '../openapi/answers.js';
import {
  resendUnsentSchema,
  resentSchema,
  resolutionSchema,
  type ResendUnsent,
  type ResentBody,
  type Resolution,
} from './decision.schema.js';
import { emailBody, emailSummaryBody } from './email-body.js';
import {
  type AcceptedEmailBody,
  acceptedEmailSchema,
  type EmailBody,
  type EmailPageBody,
  emailPageSchema,
  emailSchema,
} from './email.schema.js';
import { type EmailsQuery, emailsQuerySchema } from './emails-query.schema.js';
import { JsonBodyGuard } from './json-body.guard.js';
import { type NewEmail, newEmailSchema } from './new-email.schema.js';

/** The HTTP face of the outbox. */
@ApiTags('E-mails')
@ApiBearerAuth()
@AnswersProblems(401, 403, 500, 503)
@Controller('emails')
export class EmailsController {
  constructor(private readonly emails: EmailService) {}

  @Post()
  @HttpCode(202)
  @UseGuards(JsonBodyGuard)
  @ApiOperation({ summary: 'Accept an e-mail for sending' })
  @Answers(202, 'Stored; it will be sent, or end with a reason', acceptedEmailSchema)
  @AnswersProblems(400, 413, 415)
  async accept(@Body({ schema: newEmailSchema }) email: NewEmail): Promise<AcceptedEmailBody> {
    const { id, status, duplicate } = await this.emails.send(email as AnyEmailInput);
    return { id, status, duplicate };
  }

  @Get()
  @ApiOperation({ summary: 'List e-mails, the newest first' })
  @Answers(200, 'One page', emailPageSchema)
  @AnswersProblems(400)
  async list(@Query({ schema: emailsQuerySchema }) query: EmailsQuery): Promise<EmailPageBody> {
    const { items, cursor } = await this.emails.list(query);
    return { items: items.map(emailSummaryBody), cursor };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Tell what became of an e-mail' })
  @Answers(200, 'The e-mail and its history', emailSchema)
  @AnswersProblems(404)
  async get(@Param('id') id: string): Promise<EmailBody> {
    const email = await this.emails.get(id);
    if (!email) throw new EmailNotFoundError(id);
    return emailBody(email);
  }

  @Post(':id/resend')
  @HttpCode(202)
  @ApiOperation({ summary: 'Try an e-mail again that failed' })
  @Answers(202, 'It is tried again', emailSchema)
  @AnswersProblems(404, 409)
  async resend(@Param('id') id: string): Promise<EmailBody> {
    return emailBody(await this.emails.resend(id));
  }

  @Post('resend-unsent')
  @HttpCode(202)
  @UseGuards(JsonBodyGuard)
  @ApiOperation({ summary: 'Try all e-mails again that were given up or put off' })
  @Answers(202, 'How many are tried again, by the status they had; repeating it is safe', resentSchema)
  @AnswersProblems(400, 413, 415)
  async resendUnsent(
    @Body({ schema: resendUnsentSchema }) { includeUnknown }: ResendUnsent,
  ): Promise<ResentBody> {
    const resent = await this.emails.resendUnsent({ includeUnknown });
    return { failed: 0, deferred: 0, unknown: 0, ...resent };
  }

  @Post(':id/resolve')
  @HttpCode(200)
  @UseGuards(JsonBodyGuard)
  @ApiOperation({ summary: 'Say what became of an e-mail whose status is unknown' })
  @Answers(200, 'It counts as sent, or is sent again', emailSchema)
  @AnswersProblems(400, 404, 409, 413, 415)
  async resolve(
    @Param('id') id: string,
    @Body({ schema: resolutionSchema }) { as }: Resolution,
  ): Promise<EmailBody> {
    return emailBody(await this.emails.resolve(id, as));
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOperation({ summary: 'Keep an e-mail from being sent that has not been handed over yet' })
  @Answers(200, 'It is sent to nobody from here on', emailSchema)
  @AnswersProblems(404, 409)
  async cancel(@Param('id') id: string): Promise<EmailBody> {
    return emailBody(await this.emails.cancel(id));
  }
}
