import { applyDecorators, Controller, Get, Header, NotFoundException, Param } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DevelopmentInbox } from './development-inbox.js';
import { inboxList } from './inbox-list.js';
import { inboxMessage } from './inbox-message.js';
import { inboxPage } from './inbox-page.js';

/** The frame of an e-mail inherits it, so that reading one loads nothing from anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

function Page(): MethodDecorator {
  return applyDecorators(
    Header('Content-Type', 'text/html; charset=utf-8'),
    Header('Content-Security-Policy', POLICY),
    Header('Cache-Control', 'no-store'),
  );
}

/** The pages of the development inbox. */
@ApiExcludeController()
@Controller('inbox')
export class InboxController {
  constructor(private readonly inbox: DevelopmentInbox) {}

  @Get()
  @Page()
  list(): string {
    return inboxPage('Development inbox', inboxList(this.inbox.list()));
  }

  @Get(':id')
  @Page()
  message(@Param('id') id: string): string {
    const email = this.inbox.get(id);
    if (!email)
      throw new NotFoundException(`The inbox has no e-mail ${id}. It keeps the last 500 since the start.`);
    return inboxPage(email.subject || 'E-mail', inboxMessage(email));
  }
}
