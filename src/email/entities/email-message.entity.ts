import {
  Check,
  Column,
  Entity,
  Generated,
  Index,
  OneToMany,
  PrimaryColumn,
  type Relation,
  Unique,
} from 'typeorm';
import type { TaskPriority } from '../../tasks/index.js';
import { EMAIL_STATUSES, type EmailStatus, FINISHED_STATUSES } from '../message/email-status.js';
import type { Unsubscribe } from '../message/unsubscribe.js';
import { EmailAttachment } from './email-attachment.entity.js';
import { EmailEvent } from './email-event.entity.js';
import { EmailRecipient } from './email-recipient.entity.js';

const quoted = (statuses: readonly EmailStatus[]): string =>
  statuses.map((status) => `'${status}'`).join(', ');

/**
 * A message: what was asked, and what became of it. The table is the truth; the task carries only its id.
 *
 * Times are the server's. A worker that takes it up holds a lease (`claimedUntil`), and a token that it must show for
 * everything it writes.
 *
 * @publicApi
 */
@Entity('email_message')
@Check('email_message_status', `"status" IN (${quoted(EMAIL_STATUSES)})`)
@Check('email_message_finished', `("finished_on" IS NOT NULL) = ("status" IN (${quoted(FINISHED_STATUSES)}))`)
@Check('email_message_priority', `"priority" IN ('high', 'normal', 'low')`)
@Check('email_message_content', `"subject" IS NOT NULL OR "context" IS NOT NULL`)
@Check('email_message_sent', `"email_has_been_sent" = ("status" = 'sent')`)
@Unique('email_message_idempotency_key', ['idempotencyKey'])
@Index('email_message_unsent', ['status', 'seq'], { where: `"status" <> 'sent'` })
@Index('email_message_kept', ['finishedOn', 'seq'], { where: `"finished_on" IS NOT NULL` })
@Index('email_message_to_anonymise', ['finishedOn', 'seq'], {
  where: `"finished_on" IS NOT NULL AND "anonymised_on" IS NULL`,
})
@Index('email_message_tags', ['tags'], { type: 'gin', where: `"tags" <> '{}'` })
@Index('email_message_uncalled', ['createdOn'], { where: `"status" = 'pending' AND "enqueued_at" IS NULL` })
export class EmailMessage {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'email_message_pkey' })
  id!: string;

  /** The order of acceptance; breaks ties of `createdOn`. A bigint, so a string. */
  @Index('email_message_seq', { unique: true })
  @Column('bigint')
  @Generated('increment')
  seq!: string;

  @Column('timestamptz', { name: 'created_on', default: () => 'clock_timestamp()' })
  createdOn!: Date;

  /** What the module's `messageClasses` say of it holds for this message. */
  @Column('text', { name: 'message_class', default: 'default' })
  messageClass!: string;

  @Column('text', { default: 'normal' })
  priority!: TaskPriority;

  @Column('text', { default: 'pending' })
  status!: EmailStatus;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('boolean', { name: 'email_has_been_sent', default: false })
  emailHasBeenSent!: boolean;

  @Column('text', { name: 'from_name', nullable: true })
  fromName!: string | null;

  @Column('text', { name: 'from_address' })
  fromAddress!: string;

  /** null: the template's, which is rendered when the message is sent. */
  @Column('text', { nullable: true })
  subject!: string | null;

  @Column('text', { nullable: true, select: false })
  text!: string | null;

  @Column('text', { nullable: true, select: false })
  html!: string | null;

  /** What the content came from, or comes from. */
  @Column('text', { nullable: true })
  template!: string | null;

  /** What the template is rendered with when the message is sent; null: it was rendered when it was accepted. */
  @Column('json', { nullable: true, select: false })
  context!: object | null;

  @Column('jsonb', { default: {}, select: false })
  headers!: Record<string, string>;

  @Column('jsonb', { nullable: true })
  unsubscribe!: Unsubscribe | null;

  @Column('text', { array: true, default: [] })
  tags!: string[];

  @Column('jsonb', { default: {} })
  metadata!: Record<string, string>;

  /** Fixed at insert, like `date`: a copy sent twice is recognisable as one message. */
  @Column('text', { name: 'message_id' })
  messageId!: string;

  /** The Date header. */
  @Column('timestamptz')
  date!: Date;

  @Column('text', { name: 'idempotency_key', nullable: true })
  idempotencyKey!: string | null;

  @Column('timestamptz', { name: 'send_at', nullable: true })
  sendAt!: Date | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** Counts `resend()`; part of the id of the task's call, so that a new generation is a new call. */
  @Column('integer', { default: 0 })
  generation!: number;

  @Column('text', { name: 'call_id', nullable: true })
  callId!: string | null;

  /** When the call was made, in the transaction that says so; null: it was stored alone, and the sweep makes it. */
  @Column('timestamptz', { name: 'enqueued_at', nullable: true })
  enqueuedAt!: Date | null;

  @Column('integer', { default: 0 })
  attempts!: number;

  @Column('timestamptz', { name: 'next_attempt_on', nullable: true })
  nextAttemptOn!: Date | null;

  /** Of the latest claim, also after it was let go. */
  @Column('uuid', { name: 'claim_token', nullable: true })
  claimToken!: string | null;

  @Column('timestamptz', { name: 'claimed_until', nullable: true })
  claimedUntil!: Date | null;

  /** The SMTP server it was handed to last, by the name it has in the options. */
  @Column('text', { nullable: true })
  transport!: string | null;

  @Column('timestamptz', { name: 'sent_on', nullable: true })
  sentOn!: Date | null;

  /** When it was sent, blocked, given up, expired or cancelled; null: it is none of these. `retention` counts from here. */
  @Column('timestamptz', { name: 'finished_on', nullable: true })
  finishedOn!: Date | null;

  /** When all was removed that says what it was and whom it was for; see `retention`. */
  @Column('timestamptz', { name: 'anonymised_on', nullable: true })
  anonymisedOn!: Date | null;

  @Column('text', { name: 'smtp_response', nullable: true })
  smtpResponse!: string | null;

  @OneToMany(() => EmailRecipient, (recipient) => recipient.email)
  recipients!: Relation<EmailRecipient[]>;

  @OneToMany(() => EmailEvent, (event) => event.email)
  events!: Relation<EmailEvent[]>;

  @OneToMany(() => EmailAttachment, (attachment) => attachment.email)
  attachments!: Relation<EmailAttachment[]>;
}
