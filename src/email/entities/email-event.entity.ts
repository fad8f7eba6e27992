import {
  Column,
  Entity,
  Generated,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  type Relation,
} from 'typeorm';
import type { EmailEventKind } from '../message/email-status.js';
import type { EmailMessage } from './email-message.entity.js';

/** One step in the history of a message, written by the statement that took it. @publicApi */
@Entity('email_event')
@Index('email_event_of_email', ['emailId', 'id'])
export class EmailEvent {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'email_event_pkey' })
  @Generated('increment')
  id!: string;

  @Column('uuid', { name: 'email_id' })
  emailId!: string;

  @ManyToOne('EmailMessage', 'events', { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'email_id', foreignKeyConstraintName: 'email_event_email_id_fkey' })
  email!: Relation<EmailMessage>;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at!: Date;

  @Column('text')
  kind!: EmailEventKind;

  @Column('text', { nullable: true })
  detail!: string | null;
}
