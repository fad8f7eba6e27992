import { Body, Controller, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { EmailTemplates } from '../../email/index.js';
import { JsonBodyGuard } from '../emails/json-body.guard.js';
import { Answers, AnswersProblems } from '../openapi/answers.js';
import {
  type PreviewBody,
  type PreviewRequest,
  previewRequestSchema,
  previewSchema,
  type TemplateListBody,
  templateListSchema,
} from './templates.schema.js';

/** What e-mails of a template would say. */
@ApiTags('Templates')
@ApiBearerAuth()
@AnswersProblems(401, 403, 500)
@Controller('templates')
export class TemplatesController {
  constructor(private readonly templates: EmailTemplates) {}

  @Get()
  @ApiOperation({ summary: 'List the templates' })
  @Answers(200, 'All of them', templateListSchema)
  list(): TemplateListBody {
    return { items: this.templates.list().map((name) => ({ name })) };
  }

  @Post(':name/preview')
  @HttpCode(200)
  @UseGuards(JsonBodyGuard)
  @ApiOperation({ summary: 'Render a template; nothing is stored or sent' })
  @ApiParam({ name: 'name', description: 'A template; a `/` in its name is written %2F', example: 'welcome' })
  @Answers(200, 'What an e-mail would say', previewSchema)
  @AnswersProblems(400, 404, 413, 415)
  preview(
    @Param('name') name: string,
    @Body({ schema: previewRequestSchema }) { context }: PreviewRequest,
  ): Promise<PreviewBody> {
    return this.templates.preview(name, context);
  }
}
