import { Controller, HttpCode, Post, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { EmailAttachments } from '../../email/index.js';
import { Answers, AnswersProblems } from '../openapi/answers.js';
import { BytesBodyGuard } from './bytes-body.guard.js';
import { type StoredContentBody, storedContentSchema } from './stored-content.schema.js';

/** Files that are too large for the request that sends the e-mail. */
@ApiTags('E-mails')
@ApiBearerAuth()
@AnswersProblems(401, 403, 500, 503)
@Controller('attachments')
export class AttachmentsController {
  constructor(private readonly attachments: EmailAttachments) {}

  @Post()
  @HttpCode(201)
  @UseGuards(BytesBodyGuard)
  @ApiOperation({
    summary: 'Store the content of an attachment',
    description: 'The body is the file. It stays for a day, and as long as an e-mail has it.',
  })
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @Answers(201, 'Stored; `attachments` of an e-mail takes its `id`', storedContentSchema)
  @AnswersProblems(413, 415)
  async store(@Req() request: Request): Promise<StoredContentBody> {
    try {
      // The connection is needed for the answer, also to a body that is not read to its end.
      const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
      const { id, size } = await this.attachments.put(body);
      return { id, size };
    } finally {
      request.resume();
    }
  }
}
