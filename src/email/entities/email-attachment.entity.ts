import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { EmailContent } from './email-content.entity.js';
import type { EmailMessage } from './email-message.entity.js';

/**
 * A file of one message. Its bytes are a content that others may share; while one of them refers to it, the foreign key
 * keeps it.
 *
 * @publicApi
 */
@Entity('email_attachment')
@Index('email_attachment_hash', ['hash'])
export class EmailAttachment {
  @PrimaryColumn('uuid', { name: 'email_id', primaryKeyConstraintName: 'email_attachment_pkey' })
  emailId!: string;

  /** Its place in the message, from 0. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'email_attachment_pkey' })
  position!: number;

  @ManyToOne('EmailMessage', 'attachments', { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'email_id', foreignKeyConstraintName: 'email_attachment_email_id_fkey' })
  email!: Relation<EmailMessage>;

  @Column('text')
  filename!: string;

  @Column('text', { name: 'content_type' })
  contentType!: string;

  /** By which the HTML shows it; null: it is shown beside the message. */
  @Column('text', { nullable: true })
  cid!: string | null;

  @Column('text')
  hash!: string;

  @ManyToOne(() => EmailContent)
  @JoinColumn({ name: 'hash', foreignKeyConstraintName: 'email_attachment_hash_fkey' })
  content!: Relation<EmailContent>;

  /** In bytes; a bigint, so a string. */
  @Column('bigint')
  size!: string;
}
