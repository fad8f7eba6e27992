import {
  Check,
  Column,
  Entity,
  Generated,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
  Unique,
} from 'typeorm';
import type { RecipientKind, RecipientVerdict } from '../message/email-status.js';
import type { EmailMessage } from './email-message.entity.js';

/**
 * One recipient of one message. `createdOn` is the message's, kept here so that the messages of one recipient
 * within a window are a range of one index.
 *
 * @publicApi
 */
@Entity('email_recipient')
@Check('email_recipient_kind', `"kind" IN ('to', 'cc', 'bcc')`)
@Check('email_recipient_verdict', `"verdict" IN ('accepted', 'refused', 'deferred', 'blocked')`)
@Unique('email_recipient_once', ['emailId', 'normalised'])
@Index('email_recipient_window', ['normalised', 'createdOn', 'id'])
@Index('email_recipient_dead', ['normalised'], {
  where: `"verdict" = 'refused' AND "enhanced_code" IN ('5.1.1', '5.1.2', '5.1.6', '5.1.10')`,
})
export class EmailRecipient {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'email_recipient_pkey' })
  @Generated('increment')
  id!: string;

  @Column('uuid', { name: 'email_id' })
  emailId!: string;

  @ManyToOne('EmailMessage', 'recipients', { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'email_id', foreignKeyConstraintName: 'email_recipient_email_id_fkey' })
  email!: Relation<EmailMessage>;

  @Column('timestamptz', { name: 'created_on' })
  createdOn!: Date;

  @Column('text')
  kind!: RecipientKind;

  @Column('text', { nullable: true })
  name!: string | null;

  /** As it is delivered to: the local part as given, the domain in lower-case ASCII. */
  @Column('text')
  address!: string;

  /** All in lower case: what lists, limits and duplicates go by. */
  @Column('text')
  normalised!: string;

  /** A later message to the recipient needed to know: the limits let this one pass. */
  @Column('boolean', { default: false })
  cleared!: boolean;

  @Column('text', { nullable: true })
  verdict!: RecipientVerdict | null;

  @Column('text', { nullable: true })
  detail!: string | null;

  @Column('integer', { name: 'smtp_code', nullable: true })
  smtpCode!: number | null;

  /** RFC 3463: `5.1.1`. */
  @Column('text', { name: 'enhanced_code', nullable: true })
  enhancedCode!: string | null;
}
