import { Inject, Injectable } from '@nestjs/common';
import type { SendMailOptions } from 'nodemailer';
import { ContentReader } from '../attachments/content/content-reader.js';
import type { RecipientKind } from '../message/email-status.js';
import { EMAIL_OPTIONS, type ResolvedEmailOptions } from '../options/resolve-email-options.js';
import { isAddress, parseAddress } from '../submission/address.js';
import type { ClaimedAttachment, ClaimedEmail, ClaimedRecipient } from '../outbox/claimed-email.js';
import { TemplateLibrary } from '../templates/template-library.js';
import { signedMessage } from './dkim-signature.js';
import { unsubscribeHeaders } from './unsubscribe-headers.js';

type MessagePart = NonNullable<SendMailOptions['attachments']>[number];

/** A message for nodemailer, and those it goes to. */
export interface PreparedEmail {
  readonly message: SendMailOptions;
  readonly recipients: readonly ClaimedRecipient[];
}

/**
 * The third step of a message: builds what nodemailer sends. Addresses are objects and the envelope is explicit,
 * so no text of the caller's is read as an address list; bcc is in the envelope alone.
 *
 * @publicApi
 */
@Injectable()
export class EmailPrepareService {
  constructor(
    private readonly contents: ContentReader,
    private readonly library: TemplateLibrary,
    @Inject(EMAIL_OPTIONS) private readonly options: Pick<ResolvedEmailOptions, 'dkim'>,
  ) {}

  /**
   * @param recipients those the message still goes to; its headers name all of to and cc in any case
   * @throws {@link UnknownTemplateError}, {@link TemplateRenderError} in a class that renders now
   */
  prepare(email: ClaimedEmail, recipients: readonly ClaimedRecipient[]): PreparedEmail {
    const { subject, text, html } = this.contentOf(email);
    const message: SendMailOptions = {
      envelope: { from: email.fromAddress, to: recipients.map((recipient) => recipient.address) },
      from: { name: email.fromName ?? '', address: email.fromAddress },
      to: mailboxes(email, 'to'),
      cc: mailboxes(email, 'cc'),
      ...replyTo(email.headers),
      subject,
      ...(text && { text }),
      ...(html && { html }),
      ...(email.attachments.length > 0 && {
        attachments: email.attachments.map((attachment) => this.part(attachment)),
      }),
      headers: { ...withoutReplyTo(email.headers), ...unsubscribeHeaders(email.unsubscribe) },
      messageId: email.messageId,
      date: email.date,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    const { dkim } = this.options;
    return { message: dkim ? signedMessage(message, dkim) : message, recipients };
  }

  private contentOf(email: ClaimedEmail): { subject: string; text: string | null; html: string | null } {
    const { template, context, subject, text, html } = email;
    if (template === null || context === null) return { subject: subject ?? '', text, html };
    const content = this.library.get(template).render(context);
    return subject === null ? content : { ...content, subject };
  }

  /** A stream is read once: every attempt has its own. */
  private part(attachment: ClaimedAttachment): MessagePart {
    const { filename, contentType, cid } = attachment;
    return {
      filename,
      contentType,
      ...(cid !== null && { cid }),
      contentDisposition: cid === null ? 'attachment' : 'inline',
      contentTransferEncoding: 'base64',
      content: this.contents.open(attachment),
    };
  }
}

function mailboxes(email: ClaimedEmail, kind: RecipientKind): { name: string; address: string }[] {
  return email.recipients
    .filter((recipient) => recipient.kind === kind)
    .map(({ name, address }) => ({ name: name ?? '', address }));
}

const isReplyTo = (name: string): boolean => name.toLowerCase() === 'reply-to';

/** The one header of addresses a caller may set; like the others it is passed on parsed. */
function replyTo(headers: Readonly<Record<string, string>>): Pick<SendMailOptions, 'replyTo'> {
  const header = Object.entries(headers).find(([name]) => isReplyTo(name));
  const parsed = header && parseAddress(header[1]);
  return parsed && isAddress(parsed) ? { replyTo: { name: parsed.name ?? '', address: parsed.address } } : {};
}

function withoutReplyTo(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isReplyTo(name)));
}
