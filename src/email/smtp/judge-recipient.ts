import type { NodemailerError } from 'nodemailer';
import type { ClaimedRecipient } from '../outbox/claimed-email.js';
import type { Verdict } from '../outbox/send-outcome.js';
import { classifyReply, type ReplyClass } from './classify-reply.js';
import { replyOf } from './reply.js';
import { smtpText } from './smtp-text.js';

/** What a refusal means for one recipient. */
export interface Refusal {
  readonly kind: ReplyClass;
  readonly text: string;
  /** null: it says nothing of this recipient. */
  readonly verdict: Verdict | null;
}

/** A mailbox that is full a second time is refused: its owner does not come. */
export function judgeRecipient(recipient: ClaimedRecipient, error: NodemailerError): Refusal {
  const reply = replyOf(error);
  const { code, enhancedCode, text } = reply;
  const kind = classifyReply(reply);
  const isFinal =
    kind === 'permanent' ||
    (kind === 'soft' && recipient.verdict === 'deferred' && recipient.enhancedCode === enhancedCode);
  const verdict: Verdict | null =
    kind === 'account'
      ? null
      : {
          id: recipient.id,
          verdict: isFinal ? 'refused' : 'deferred',
          detail: smtpText(text),
          code,
          enhancedCode,
        };
  return { kind, text, verdict };
}

/** What nodemailer says of this one. */
export const errorOf = (
  { normalised }: ClaimedRecipient,
  errors: readonly NodemailerError[] | undefined,
): NodemailerError | undefined => errors?.find((error) => error.recipient?.toLowerCase() === normalised);
