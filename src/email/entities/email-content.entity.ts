import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/**
 * Bytes that attachments consist of, complete and once for each distinct content. The row says where they are; they
 * themselves are in the store.
 *
 * @publicApi
 */
@Entity('email_content')
@Unique('email_content_key', ['key'])
@Index('email_content_used', ['usedOn'])
export class EmailContent {
  /** SHA-256, in hexadecimal digits. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'email_content_pkey' })
  hash!: string;

  /** In bytes; a bigint, so a string. */
  @Column('bigint')
  size!: string;

  /** The name of the store that has the bytes. */
  @Column('text')
  store!: string;

  /** What the store knows them by. */
  @Column('uuid')
  key!: string;

  /** When it was last stored, or found to be stored already. */
  @Column('timestamptz', { name: 'used_on', default: () => 'now()' })
  usedOn!: Date;

  /** What was read was not what had been written: the next upload of the same content replaces the bytes. */
  @Column('boolean', { default: false })
  damaged!: boolean;
}
