import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  NotFoundException,
  Param,
  Put,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { EmailBlockListService } from '../../email/index.js';
import { Answers, AnswersProblems } from '../openapi/answers.js';
import {
  type BlockListBody,
  type CandidatesBody,
  candidatesSchema,
  blockListSchema,
  type NewBlockEntry,
  newBlockEntrySchema,
} from './block-list.schema.js';
import { JsonBodyGuard } from './json-body.guard.js';

const PATTERN = {
  name: 'pattern',
  description: 'An address (`a@example.com`), a domain (`@example.com`), or either with `*` for any text',
};

/** Who gets nothing, and who is exempt from limits. */
@ApiTags('Block list')
@ApiBearerAuth()
@AnswersProblems(401, 403, 500, 503)
@Controller('block-list')
export class BlockListController {
  constructor(private readonly blockList: EmailBlockListService) {}

  @Get()
  @ApiOperation({ summary: 'Show both lists' })
  @Answers(200, 'Every entry', blockListSchema)
  async list(): Promise<BlockListBody> {
    const entries = await this.blockList.list();
    const items = entries.map(({ pattern, list, reason, expiresOn, createdOn }) => ({
      pattern,
      list,
      reason,
      expiresOn: expiresOn?.toISOString() ?? null,
      createdOn: createdOn.toISOString(),
    }));
    return { items };
  }

  @Get('candidates')
  @ApiOperation({ summary: 'Show addresses that nobody has, by what SMTP servers say' })
  @Answers(200, 'Those that no list knows yet, the latest first', candidatesSchema)
  async candidates(): Promise<CandidatesBody> {
    const items = (await this.blockList.candidates()).map(({ lastRefusedOn, ...candidate }) =>
      Object.assign(candidate, { lastRefusedOn: lastRefusedOn.toISOString() }),
    );
    return { items };
  }

  @Put(':pattern')
  @HttpCode(204)
  @UseGuards(JsonBodyGuard)
  @ApiOperation({ summary: 'Deny or allow an address, a domain or a wildcard' })
  @ApiParam(PATTERN)
  @Answers(204, 'It counts for every e-mail not yet sent')
  @AnswersProblems(400, 413, 415)
  async put(
    @Param('pattern') pattern: string,
    @Body({ schema: newBlockEntrySchema }) { list, ...options }: NewBlockEntry,
  ): Promise<void> {
    await this.blockList[list](pattern, options);
  }

  @Delete(':pattern')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove an entry' })
  @ApiParam(PATTERN)
  @Answers(204, 'It is gone')
  @AnswersProblems(400, 404)
  async remove(@Param('pattern') pattern: string): Promise<void> {
    if (!(await this.blockList.remove(pattern)))
      throw new NotFoundException(`No list has an entry ${pattern}.`);
  }
}
